from collections.abc import Callable
from pathlib import Path

CallTool = Callable[..., str]


def test_a_small_run_collects_a_tenth_and_all(
    call_tool: CallTool,
    tmp_path: Path,
) -> None:
    printed = call_tool('benchmarks/collector.py', '--out', tmp_path, '--tiles', 20, '--keep')
    *_, tenth, whole = printed.rstrip().splitlines()
    assert [int(row.split('|')[1]) for row in (tenth, whole)] == [2, 20]
    assert all(float(cell) > 0 for cell in whole.strip('|').split('|'))
    assert len(list((tmp_path / 'corpus_20' / 'tiles').glob('*.jpg'))) == 20
