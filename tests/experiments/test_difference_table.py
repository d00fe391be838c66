from lanedet_mm.experiments import difference_table


def record(variant: str, fold: str, seed: int, **scores: float) -> dict[str, object]:
    return {'variant': variant, 'fold': fold, 'seed': seed, 'scores': scores}


BASE = [record('base', 'a', 0, f1=10.0), record('base', 'a', 1, f1=30.0)]


def test_pairs_of_a_seed_by_hand() -> None:
    """Spreads of 14 hide a gain of 3 that is there in every pair."""
    better = [record('better', 'a', 0, f1=12.0), record('better', 'a', 1, f1=34.0)]
    # Mean 3, sample standard deviation sqrt(2), over sqrt(2).
    assert difference_table(BASE + better, ['f1'], against='base').splitlines() == [
        '| against base | f1 | pairs |',
        '|---|---|---|',
        '| better | +3.00 ± 1.00 | 2 |',
    ]


def test_only_the_same_fold_and_seed_are_a_pair() -> None:
    others = [
        record('one', 'a', 1, f1=29.0),
        record('one', 'b', 1, f1=99.0),
        record('none', 'a', 2, f1=99.0),
    ]
    lines = difference_table(BASE + others, ['f1'], against='base').splitlines()
    assert lines[2:] == ['| one | -1.00 | 1 |']


def test_undefined_and_missing_scores() -> None:
    worse = [record('worse', 'a', 0, f1=float('nan')), record('worse', 'a', 1, f1=29.5)]
    lines = difference_table(BASE + worse, ['f1', 'iou'], against='base').splitlines()
    assert lines[2:] == ['| worse | -0.50 | - | 2 |']


def test_without_a_pair_there_is_no_table() -> None:
    assert difference_table(BASE, ['f1'], against='base') == ''
    assert difference_table(BASE, ['f1'], against='unknown') == ''
