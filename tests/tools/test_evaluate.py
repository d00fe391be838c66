import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lanedet_mm.evaluation.records.tile_records import read_records

RunTool = Callable[..., str]
SMALL = ('--resamples', 20, '--worst', 2, '--tile', 64)


@pytest.fixture(scope='module')
def evaluated(
    tmp_path_factory: pytest.TempPathFactory,
    trained: Path,
    tiny_config: Path,
    tiny_data: Path,
    call_tool: RunTool,
) -> tuple[Path, tuple[object, ...], str]:
    """A finished evaluation, the arguments that made it, and what it printed."""
    out = tmp_path_factory.mktemp('evaluated') / 'out'
    arguments = (
        tiny_config, trained / 'iter_2.pth', '--data-root', tiny_data, '--split', '.', '--out', out,
        *SMALL,
    )  # fmt: skip
    return out, arguments, call_tool('evaluate.py', *arguments)


def test_it_has_the_figures_of_the_plain_test(
    tmp_path: Path,
    evaluated: tuple[Path, tuple[object, ...], str],
    trained: Path,
    tiny_config: Path,
    tiny_data: Path,
    call_tool: RunTool,
) -> None:
    out, _, printed = evaluated
    plain = tmp_path / 'plain.json'
    data = ('--data-root', tiny_data, '--split', '.', '--work-dir', tmp_path)
    call_tool('test.py', tiny_config, trained / 'iter_2.pth', *data, '--out', plain)
    figures = json.loads(plain.read_text())
    scores = json.loads((out / 'scores.json').read_text())
    mine = scores['overall']['scores']
    for key in ('lane_iou', 'mIoU', 'iou_white_solid', 'iou_white_dashed'):
        assert mine[key] == pytest.approx(figures[key], abs=0.01)
    assert scores['cities']['aucamville']['scores']['lane_iou'] == mine['lane_iou']
    assert json.loads(printed.splitlines()[-1])['lane_iou'] == mine['lane_iou']


def test_every_tile_is_recorded_and_drawn(
    evaluated: tuple[Path, tuple[object, ...], str],
) -> None:
    out, _, _ = evaluated
    records = read_records(out)
    assert [record.id for record in records] == [f'2000000{index}' for index in range(4)]
    assert {record.city for record in records} == {'aucamville'}
    assert all('all' in record.scenarios for record in records)
    assert sorted(path.name for path in (out / 'masks').iterdir()) == [
        f'2000000{index}.png' for index in range(4)
    ]
    assert (out / 'report.html').read_text().count('<figure>') == 2


def test_a_stopped_evaluation_goes_on_where_it_was(
    evaluated: tuple[Path, tuple[object, ...], str], call_tool: RunTool
) -> None:
    out, arguments, _ = evaluated
    file = out / 'tiles.jsonl'
    whole = file.read_text()
    first, second = whole.splitlines(keepends=True)[:2]
    changed = first.replace('"city":"aucamville"', '"city":"somewhere"')
    file.write_text(changed + second[:30])
    call_tool('evaluate.py', *arguments)
    # The first tile was not predicted again, the second one, cut off by the kill, was.
    assert file.read_text() == whole.replace(first, changed)
    file.write_text(whole)


def test_another_model_is_not_mixed_in(
    evaluated: tuple[Path, tuple[object, ...], str], trained: Path, call_tool: RunTool
) -> None:
    _, arguments, _ = evaluated
    other = (arguments[0], next(trained.glob('best_*.pth')), *arguments[2:])
    for different in ((*other, '--flips'), (*arguments, '--thresholds', '0.4')):
        printed = call_tool('evaluate.py', *different, status=1)
        assert 'holds the evaluation of another run' in printed


def test_other_lines_are_not_mixed_in(
    evaluated: tuple[Path, tuple[object, ...], str], call_tool: RunTool
) -> None:
    _, arguments, _ = evaluated
    wider = '--cfg-options', 'test_dataloader.dataset.pipeline.1.width_px=5'
    printed = call_tool('evaluate.py', *arguments, *wider, status=1)
    assert 'holds the evaluation of another run (other data' in printed
    other = '--cfg-options', 'model.decode_head.align_corners=True'
    printed = call_tool('evaluate.py', *arguments, *other, status=1)
    assert 'model.decode_head.align_corners: a model is built from its own file' in printed


def test_thresholds_decide_the_masks_and_are_kept_with_them(
    evaluated: tuple[Path, tuple[object, ...], str], call_tool: RunTool, tmp_path: Path
) -> None:
    _, arguments, _ = evaluated
    at = arguments.index('--out')
    for name, least in (('all', 0.001), ('none', 1)):
        out = (*arguments[:at], '--out', tmp_path / name, *arguments[at + 2 :])
        call_tool('evaluate.py', *out, '--thresholds', least, f'white_dashed={least}')
        run = json.loads((tmp_path / name / 'run.json').read_text())
        assert run['options']['thresholds'] == {'white_solid': least, 'white_dashed': least}
        scores = json.loads((tmp_path / name / 'scores.json').read_text())['overall']['scores']
        assert (scores['recall_background'] == 0) is (name == 'all')


def test_evaluations_are_merged_to_a_table_over_cities(
    tmp_path: Path, evaluated: tuple[Path, tuple[object, ...], str], call_tool: RunTool
) -> None:
    out, _, _ = evaluated
    printed = call_tool('cross_city.py', out, '--out', tmp_path / 'all', '--resamples', 0)
    head, _, row, _ = printed.splitlines()
    assert head.endswith('| aucamville |')
    table = (tmp_path / 'all/table.md').read_text()
    assert table.splitlines() == printed.splitlines()[:3]
    scores = json.loads((tmp_path / 'all/cross_city/all/scores.json').read_text())
    assert row.split(' | ')[1] == f'{scores["overall"]["scores"]["lane_iou"]:.2f}'
    twice = call_tool('cross_city.py', out, out, '--out', tmp_path / 'twice', status=1)
    assert 'needed are evaluations of different tiles' in twice
