from lanedet_mm.datasets.splits.ground_leakage import GroundLeakage
from lanedet_mm.datasets.splits.leakage_table import leakage_table


def test_a_line_for_each_side_in_columns() -> None:
    sides = [GroundLeakage('val', 213, 0.99061, 0.90418), GroundLeakage('test', 5, 0.0, 0.0)]
    assert leakage_table({'official': sides}).splitlines() == [
        '| split    | side | tiles | tiles that overlap training | ground seen in training |',
        '| ---      | ---  | ---:  | ---:                        | ---:                    |',
        '| official | val  | 213   | 99.06%                      | 90.42%                  |',
        '| official | test | 5     | 0.00%                       | 0.00%                   |',
    ]
