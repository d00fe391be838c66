import json
from collections.abc import Callable
from pathlib import Path

RunTool = Callable[..., str]


def test_best_checkpoint_is_taken_and_named(
    tmp_path: Path, trained: Path, tiny_config: Path, tiny_data: Path, run_tool: RunTool
) -> None:
    data = ('--data-root', tiny_data, '--split', '.', '--work-dir', trained)
    out = tmp_path / 'scores.json'
    printed = run_tool('test.py', tiny_config, '--eval', 'mIoU', *data, '--out', out)
    assert 'Testing' in printed
    assert 'best_lane_iou_iter_2.pth' in printed
    figures = json.loads(out.read_text())
    assert figures['checkpoint'].endswith('best_lane_iou_iter_2.pth')
    assert {'lane_iou', 'mIoU', 'iou_white_solid', 'lane_iou_aucamville'} <= set(figures)


def test_without_a_checkpoint_it_says_what_to_do(
    tmp_path: Path, tiny_config: Path, tiny_data: Path, call_tool: RunTool
) -> None:
    data = ('--data-root', tiny_data, '--split', '.', '--work-dir', tmp_path)
    printed = call_tool('test.py', tiny_config, '--eval', 'mIoU', *data, status=1)
    assert 'name a checkpoint, or train the config first' in printed
