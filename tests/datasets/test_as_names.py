from lanedet_mm.datasets.as_names import as_names


def test_one_name_is_no_sequence_of_letters() -> None:
    assert as_names('oslo') == ('oslo',)
    assert as_names(['oslo', 'moss']) == ('oslo', 'moss')
    assert as_names(()) == ()
