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


def test_two_cpu_processes_give_the_figures_of_one(
    tmp_path: Path,
    trained: Path,
    tiny_config: Path,
    tiny_data: Path,
    run_tool: RunTool,
    call_tool: RunTool,
) -> None:
    checkpoint = trained / 'iter_2.pth'
    data = ('--data-root', tiny_data, '--split', '.', '--work-dir', tmp_path)
    one, two = tmp_path / 'one.json', tmp_path / 'two.json'
    call_tool('test.py', tiny_config, checkpoint, *data, '--out', one)
    run_tool(
        'dist_test.sh', tiny_config, checkpoint, 2, *data, '--out', two,
        PORT='29517', CUDA_VISIBLE_DEVICES='',
    )  # fmt: skip
    timings = {'time', 'data_time'}
    figures = [json.loads(path.read_text()) for path in (one, two)]
    assert [{k: v for k, v in f.items() if k not in timings} for f in figures] == [
        {k: v for k, v in figures[0].items() if k not in timings}
    ] * 2


def test_another_models_checkpoint_is_refused(
    tmp_path: Path, trained: Path, tiny_config: Path, tiny_data: Path, call_tool: RunTool
) -> None:
    wider = tmp_path / 'wider.py'
    wider.write_text(f"_base_ = '{tiny_config}'\nmodel = dict(decode_head=dict(channels=(4, 7)))\n")
    data = ('--data-root', tiny_data, '--split', '.', '--work-dir', tmp_path)
    printed = call_tool('test.py', wider, trained / 'iter_2.pth', *data, status=1)
    assert "iter_2.pth does not fit the config's model; name the config that it was" in printed
    assert 'has shape' in printed


def test_without_a_checkpoint_it_says_what_to_do(
    tmp_path: Path, tiny_config: Path, tiny_data: Path, call_tool: RunTool
) -> None:
    data = ('--data-root', tiny_data, '--split', '.', '--work-dir', tmp_path)
    printed = call_tool('test.py', tiny_config, '--eval', 'mIoU', *data, status=1)
    assert 'name a checkpoint, or train the config first' in printed
