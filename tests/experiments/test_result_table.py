from lanedet_mm.experiments import result_table


def record(variant: str, fold: str, seed: int, **scores: float) -> dict[str, object]:
    return {'variant': variant, 'fold': fold, 'seed': seed, 'scores': scores}


def test_mean_over_folds_then_spread_over_seeds_by_hand() -> None:
    records = [
        record('base', 'a', 0, lane_iou=10.0),
        record('base', 'b', 0, lane_iou=20.0),  # seed 0: 15
        record('base', 'a', 1, lane_iou=20.0),
        record('base', 'b', 1, lane_iou=22.0),  # seed 1: 21
    ]
    # Mean 18, sample standard deviation sqrt(2 * 3**2 / 1) = 4.24.
    assert result_table(records, ['lane_iou']).splitlines() == [
        '| variant | lane_iou | runs |',
        '|---|---|---|',
        '| base | 18.00 ± 4.24 | 4 |',
    ]


def test_seed_without_every_fold_does_not_count_yet() -> None:
    records = [
        record('base', 'a', 0, lane_iou=10.0),
        record('base', 'b', 0, lane_iou=20.0),
        record('base', 'a', 1, lane_iou=90.0),
    ]
    assert '| base | 15.00 | 2 |' in result_table(records, ['lane_iou'])


def test_undefined_and_missing_scores() -> None:
    records = [record('base', 'a', 0, lane_iou=float('nan')), record('other', 'a', 0, lane_iou=1.0)]
    lines = result_table(records, ['lane_iou', 'f1']).splitlines()
    assert lines[2:] == ['| base | - | - | 1 |', '| other | 1.00 | - | 1 |']
    records += [
        record('other', 'a', 1, lane_iou=float('nan')),
        record('other', 'a', 2, lane_iou=2.0),
    ]
    assert '| other | 1.50 ± 0.71 | 3 |' in result_table(records, ['lane_iou'])
