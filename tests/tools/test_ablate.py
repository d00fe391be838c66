import json
import sys
from collections.abc import Callable
from pathlib import Path

RunTool = Callable[..., str]

SPEC = """
config = '{config}'
variants = dict(base=dict(), plain={{'model.decode_head.use_attention': False}})
folds = dict(only=dict(data_root='{data}', split='.'))
seeds = (0,)
metrics = ('lane_iou', 'count/weights')
scorers = dict(count='{python} -c "import json; print(json.dumps(dict(weights=3)))" {{checkpoint}}')
"""


def test_a_stopped_ablation_goes_on_with_what_is_missing(
    tmp_path: Path, tiny_config: Path, tiny_data: Path, run_tool: RunTool
) -> None:
    spec = tmp_path / 'spec.py'
    spec.write_text(SPEC.format(config=tiny_config, data=tiny_data, python=sys.executable))
    printed = run_tool('ablate.py', spec, '--out', tmp_path)
    assert '2 of 2 runs' in printed
    lines = (tmp_path / 'results.jsonl').read_text().splitlines()
    first = json.loads(lines[0])
    assert first['variant'] == 'base'
    assert first['scores']['count/weights'] == 3
    assert {'commit', 'seconds', 'seed', 'config', 'options'} <= set(first)

    (tmp_path / 'results.jsonl').write_text(lines[0] + '\n')
    printed = run_tool('ablate.py', spec, '--out', tmp_path)
    assert 'plain-only-0' in printed
    assert 'base-only-0' not in printed
    assert (tmp_path / 'table.md').read_text().count('| 3.00 |') == 2


def test_a_failed_run_is_named_and_keeps_the_others(
    tmp_path: Path, tiny_config: Path, tiny_data: Path, run_tool: RunTool
) -> None:
    text = SPEC.format(config=tiny_config, data=tiny_data, python=sys.executable)
    text = text.replace("{'model.decode_head.use_attention': False}", "{'model.type': 'Nothing'}")
    (tmp_path / 'spec.py').write_text(text)
    printed = run_tool('ablate.py', tmp_path / 'spec.py', '--out', tmp_path, status=1)
    assert 'plain-only-0' in printed
    assert 'failed, see' in printed
    assert '1 of 2 runs' in printed
