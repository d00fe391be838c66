from collections.abc import Callable

import pytest


def test_a_small_run_has_every_metric_and_their_sum(call_tool: Callable[..., str]) -> None:
    small = ('--tile', 128, '--lanes', 4, '--tiles', 1, '--repeats', 1)
    head, _, columns, _, *rows = call_tool('benchmarks/metrics.py', *small).splitlines()
    assert head.startswith('128 x 128 px, 4 lanes of ')
    assert 64 <= float(head.split()[7]) <= 91  # four times 16 m, by sqrt(2) at the most
    assert columns.count('|') == 6
    cells = {row.split(' | ')[0].strip('| '): row.strip('| ').split(' | ')[1:] for row in rows}
    assert list(cells) == [
        'confusion matrix',
        'lines in metres',
        'lines in metres, true polylines',
        'matrix and lines of masks',
        'matrix and lines of polylines',
    ]
    matrix, masks, polylines, both, both_polylines = (float(cells[name][0]) for name in cells)
    assert both == pytest.approx(matrix + masks, abs=0.11)
    assert both_polylines == pytest.approx(matrix + polylines, abs=0.11)
