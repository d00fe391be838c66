import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

RunTool = Callable[..., str]


def write_run(run: Path, level: float) -> Path:
    """A training of 40 000 steps with noise on its loss, validated ten times."""
    noise = np.random.default_rng(0).normal(0, 0.05, 801)
    folder = run / '20260101_000000/vis_data'
    folder.mkdir(parents=True)
    lines = []
    for step in range(50, 40_001, 50):
        loss = level + float(noise[step // 50])
        lines.append({'loss': loss, 'decode.loss_dice': loss / 2, 'iter': step, 'step': step})
        if step % 4000 == 0:
            lines.append({'lane_iou': 50 - level, 'step': step})
    (folder / 'scalars.json').write_text(''.join(json.dumps(line) + '\n' for line in lines))
    return run


def test_seeds_share_a_line_in_a_small_picture(tmp_path: Path, call_tool: RunTool) -> None:
    runs = [write_run(tmp_path / str(level), level) for level in (1.0, 3.0, 8.0)]
    keys = ('loss', 'decode.loss_dice', 'lane_iou')
    out = tmp_path / 'made/curves.png'
    labels = ('--labels', 'seeds', 'seeds', 'other')
    printed = call_tool('plot_curves.py', *runs, '--keys', *keys, '--out', out, *labels)
    assert f'{out}: loss, decode.loss_dice, lane_iou' in printed
    assert out.stat().st_size < 300_000
    picture = cv2.imread(str(out)).astype(int)
    assert picture.shape == (325, 1000, 3)
    blue, green, red = np.moveaxis(picture, 2, 0)
    first, second = blue - red > 80, red - blue > 80  # C0 is blue, C1 orange
    for panel in range(3):
        cols = slice(333 * panel, 333 * (panel + 1))
        assert min(first[:290, cols].sum(), second[:290, cols].sum()) > 250
    assert not (green - np.maximum(blue, red) > 40).any()  # C2: there are two labels


def test_a_run_of_the_tools_is_drawn(tmp_path: Path, trained: Path, call_tool: RunTool) -> None:
    out = tmp_path / 'curves.png'
    missing = call_tool('plot_curves.py', trained, '--keys', 'los', '--out', out, status=1)
    assert "has no scalar 'los'; there are: " in missing
    there = missing.split('there are: ')[1].strip().split(', ')
    assert {'loss', 'lane_iou', 'lr', 'time'} <= set(there)
    decoder = next(key for key in there if key.startswith('decode.loss'))
    keys = ('loss', decoder, 'lane_iou')
    assert ', '.join(keys) in call_tool('plot_curves.py', trained, '--keys', *keys, '--out', out)
    picture = cv2.imread(str(out)).astype(int)
    assert (picture[..., 0] - picture[..., 2] > 80).sum() > 200


def test_what_is_missing_is_one_clear_line(tmp_path: Path, call_tool: RunTool) -> None:
    out = ('--keys', 'loss', '--out', tmp_path / 'curves.png')
    printed = call_tool('plot_curves.py', tmp_path, *out, status=1)
    assert f'error: {tmp_path} holds no */vis_data/scalars.json' in printed
    run = write_run(tmp_path / 'run', 1.0)
    printed = call_tool('plot_curves.py', run, *out, '--labels', 'a', 'b', status=1)
    assert 'error: 2 labels for 1 runs' in printed
    wrong = ('--keys', 'loss', '--out', tmp_path / 'curves.foo')
    assert 'OpenCV cannot write' in call_tool('plot_curves.py', run, *wrong, status=1)
    assert not list(tmp_path.glob('curves*'))
