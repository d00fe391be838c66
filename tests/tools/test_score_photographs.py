import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import numpy as np
import pytest

from lanedet_mm.checkpoints.best_checkpoint import best_checkpoint

RunTool = Callable[..., str]
# What the scorers are given is what they print.
SCORE_LABELS = """
import sys
from pathlib import Path
from types import ModuleType
import numpy as np
from PIL import Image
masks, labels = Path(sys.argv[1]), Path(sys.argv[3])
whole = [np.asarray(Image.open(path)) for path in sorted(masks.glob('*.png'))]
known = len(list(labels.glob('*.json')))
print('a crop  F1 0.9')
print(f'all   completeness {known}  F1 {len(whole)}  IoU solid 0.5  IoU dashed nan')
"""
DIVIDER_CHECK = """
import json, sys
from pathlib import Path
from types import ModuleType
masks = list(Path(sys.argv[2]).glob('*.png'))
Path(sys.argv[4]).write_text(json.dumps({'score': len(masks), 'recall': 0.25, 'false': 3}))
"""


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    """Three labelled photographs of 300 x 200 px of one city, and one of another."""
    root = tmp_path / 'photographs'
    for folder in ('images', 'labels'):
        (root / folder).mkdir(parents=True)
    rng = np.random.default_rng(0)
    for name in ('a_0', 'a_1', 'a_2', 'b_0'):
        pixels = rng.integers(0, 255, (200, 300, 3), np.uint8)
        cv2.imwrite(str(root / f'images/{name}.jpg'), pixels)
        label: dict[str, Any] = {'image': f'{name}.jpg', 'row0': 10, 'col0': 200, 'size': 64}
        (root / f'labels/{name}_10_200.json').write_text(json.dumps(label))
    (root / 'score_labels.py').write_text(SCORE_LABELS)
    (root / 'divider_check.py').write_text(DIVIDER_CHECK)
    return root


def test_crops_are_predicted_where_they_lie_and_some_photographs_whole(
    photographs: Path, trained: Path, call_tool: RunTool, tmp_path: Path
) -> None:
    model = (trained / 'tiny.py', best_checkpoint(trained))
    arguments = (*model, '--photographs', photographs, '--only', 'a', '--out', tmp_path / 'out')
    printed = call_tool('score_photographs.py', *arguments, '--tile', 64, '--overlap', 0)
    scores = json.loads(printed.rstrip().splitlines()[-1])
    assert scores == {
        **{'completeness': 300, 'F1': 300, 'IoU_solid': 50},  # what is undefined is left out
        **{'divider_score': 200, 'divider_recall': 25},
    }
    masks = {
        path.stem: cv2.imread(str(path), -1)
        for path in (tmp_path / 'out/scored/labelled').iterdir()
    }
    assert {mask.shape for mask in masks.values()} == {(200, 300)}
    # A crop begins 64 px before its label where there is room: rows 0 to 137, columns 136 to 299.
    part = cv2.imread(str(tmp_path / 'out/masks/a_2_10_200.png'), -1)
    np.testing.assert_array_equal(masks['a_2'][:138, 136:], part)
    outside = masks['a_2'].copy()
    outside[:138, 136:] = 0
    assert not outside.any()


@pytest.mark.parametrize(
    ('count', 'chosen'), [(0, ''), (1, 'a'), (2, 'ac'), (3, 'abd'), (5, 'abcde'), (9, 'abcde')]
)
def test_whole_photographs_are_of_all_cities(
    load_tool: Callable[[str], ModuleType], count: int, chosen: str
) -> None:
    assert load_tool('score_photographs.py').spread([*'abcde'], count) == [*chosen]


def test_labels_in_the_folder_of_the_results_are_kept(
    photographs: Path, trained: Path, call_tool: RunTool
) -> None:
    labels = {path: path.read_text() for path in (photographs / 'labels').iterdir()}
    model = (trained / 'tiny.py', best_checkpoint(trained))
    arguments = (*model, '--photographs', photographs, '--whole', 0, '--out', photographs)
    call_tool('score_photographs.py', *arguments, '--tile', 64, '--overlap', 0)
    assert {path: path.read_text() for path in (photographs / 'labels').iterdir()} == labels


def test_no_label_of_the_wanted_city_is_an_error(
    photographs: Path, call_tool: RunTool, tmp_path: Path
) -> None:
    arguments = ('x.onnx', '--photographs', photographs, '--only', 'c', '--out', tmp_path)
    assert 'no labels/c*.json' in call_tool('score_photographs.py', *arguments, status=1)


def test_flips_and_thresholds_are_asked_of_the_prediction(
    photographs: Path,
    load_tool: Callable[[str], ModuleType],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    tool, asked = load_tool('score_photographs.py'), []

    def run(*command: object) -> str:
        asked.append(command)
        raise SystemExit

    monkeypatch.setattr(tool, 'run', run)
    arguments = ['x.onnx', '--photographs', str(photographs), '--out', str(tmp_path / 'out')]
    for options in ([], ['--flips'], ['--thresholds', 'solid=0.4', 'dashed=0.3']):
        with pytest.raises(SystemExit):
            tool.main([*arguments, *options])
        for option in ('--flips', '--thresholds', *options):
            assert asked[-1].count(option) == options.count(option)
