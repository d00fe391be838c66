import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from mmengine.config import Config

from lanedet_mm.imagery import write_image
from lanedet_mm.lanes import Lane, TileAnnotation

ROOT = Path(__file__).parents[2]
RunTool = Callable[..., str]


@pytest.mark.parametrize('steps', [2, 3, 50, 51, 600])
def test_the_schedule_fits_any_number_of_steps(
    load_tool: Callable[[str], ModuleType], steps: int
) -> None:
    demo = load_tool('demo.py')
    config = Config.fromfile(ROOT / demo.CONFIG)
    options = (option.split('=') for option in demo.schedule(steps))
    config.merge_from_dict({name: int(value) for name, value in options})
    linear, cosine = config.param_scheduler
    assert linear.begin == 0 < linear.end == cosine.begin < cosine.end == steps
    assert config.train_cfg.max_iters == steps


def test_the_demos_own_length_is_that_of_its_config(
    load_tool: Callable[[str], ModuleType],
) -> None:
    demo = load_tool('demo.py')
    config = Config.fromfile(ROOT / demo.CONFIG)
    assert config.train_cfg.max_iters == demo.STEPS
    assert config.param_scheduler[0].end == demo.WARM_UP


@pytest.mark.parametrize(('native', 'steps'), [(True, 600), (False, 200)])
def test_a_cpu_without_bfloat16_trains_for_fewer_steps(
    load_tool: Callable[[str], ModuleType],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    native: bool,
    steps: int,
) -> None:
    def step(title: str, script: str, *arguments: object) -> None:
        if script == 'train.py':
            assert f'train_cfg.max_iters={steps}' in arguments
            raise InterruptedError

    demo = load_tool('demo.py')
    monkeypatch.setattr(demo, 'has_native_bfloat16', lambda: native)
    monkeypatch.setattr(demo, 'step', step)
    with pytest.raises(InterruptedError):
        demo.main([])
    assert ('no bfloat16' in capsys.readouterr().out) is not native


def test_another_number_of_steps_is_another_training(
    load_tool: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    used: dict[int, set[object]] = {}

    def step(title: str, script: str, *arguments: object) -> None:
        if '--work-dir' in arguments:
            used.setdefault(steps, set()).add(arguments[arguments.index('--work-dir') + 1])
        if script == 'predict.py':
            raise InterruptedError

    demo = load_tool('demo.py')
    monkeypatch.setattr(demo, 'step', step)
    for steps in (200, 600):
        with pytest.raises(InterruptedError):
            demo.main(['--out', str(tmp_path), '--steps', str(steps)])
    assert [len(folders) for folders in used.values()] == [1, 1]  # trained, tested and exported
    assert used[200] != used[600]


def test_no_training_is_refused(call_tool: RunTool, capsys: pytest.CaptureFixture[str]) -> None:
    call_tool('demo.py', '--steps', 1, status=2)
    assert 'at least 2' in capsys.readouterr().err


def test_the_table_and_the_picture_are_of_what_the_steps_wrote(
    load_tool: Callable[[str], ModuleType],
    tiny_data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    demo = load_tool('demo.py')
    side, titles = 128, []
    monkeypatch.setattr(demo, 'SCENE_PX', side)

    def step(title: str, script: str, *arguments: object) -> None:
        titles.append(title)
        if script == 'split_data.py':
            split = tmp_path / f'data/splits/loco_{demo.TEST_CITY}'
            split.mkdir(parents=True)
            shutil.copy(tiny_data / 'test_data.json', split)
            for folder in ('imgs', 'json'):
                shutil.copytree(tiny_data / folder, tmp_path / 'data' / folder)
        elif script == 'test.py':
            names = ('lane_iou', 'iou_white_solid', 'iou_white_dashed', 'mIoU')
            scores = dict(zip(names, (40.0, 50.0, 30.0, 60.0), strict=True))
            (tmp_path / 'scores.json').write_text(json.dumps(scores))
        elif script == 'render_tiles.py' and '--size' in arguments:
            scene = tmp_path / 'scene'
            (scene / 'json').mkdir(parents=True)
            (scene / 'imgs').mkdir()
            lane = Lane(np.array([[64.0, 0.0], [64.0, 127.0]]))
            TileAnnotation((0, 0, 19.2, 19.2), (side, side), 0.15, (lane,)).write(
                scene / 'json/60000000.json'
            )
            write_image(scene / 'imgs/60000000.jpg', np.full((side, side, 3), 80, np.uint8))
        elif script == 'predict.py':
            (tmp_path / 'predicted/masks').mkdir(parents=True)
            mask = np.zeros((side, side), np.uint8)
            write_image(tmp_path / 'predicted/masks/60000000.png', mask)

    monkeypatch.setattr(demo, 'step', step)
    demo.main(['--out', str(tmp_path)])
    printed = capsys.readouterr().out
    assert re.search(r'lane IoU +40\.00', printed)
    assert re.search(r'if nothing were painted +0\.00', printed)
    everywhere = float(re.findall(r'if everything were painted +(\S+)', printed)[0])
    # One class everywhere: its 3 of 64 columns in two of the four tiles, and none of the other's.
    assert everywhere == pytest.approx(100 * 3 / 64 / 2 / 2, rel=0.01)
    assert (tmp_path / 'picture.png').stat().st_size > 1000
    assert titles[0].startswith('Render') and titles[-1].startswith('Predict')
