import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np


def test_a_sheet_of_what_a_trained_model_finds_hard(
    trained: Path, tiny_config: Path, tiny_data: Path, call_tool: Callable[..., str], tmp_path: Path
) -> None:
    out = tmp_path / 'hard.png'
    printed = call_tool(
        'draw_hard_pixels.py', tiny_config, '--work-dir', trained, '--data-root', tiny_data,
        '--split', '.', '--rows', 2, '--crop', 32, '--out', out,
    )  # fmt: skip
    assert cv2.imread(str(out)).shape[:2] == (2 * 28 + 2 * (320 + 8), 8 + 4 * (320 + 8))
    share, of_lanes = (
        float(found) / 100 for found in re.findall(r'([\d.]+)%', printed.splitlines()[-1])
    )
    # A net of two steps says background everywhere; 1,024 of 2 x 32 x 32 pixels at least are kept.
    assert 0.5 <= share <= 1
    assert 0 < of_lanes < 0.5


def test_the_part_with_most_lane(load_tool: Callable[[str], ModuleType]) -> None:
    mask = np.zeros((64, 64), np.uint8)
    mask[:8] = 255
    mask[40:48, 36:60] = 1
    rows, columns = load_tool('draw_hard_pixels.py').part_with_most_lane(mask, 32)
    assert (rows, columns) == (slice(16, 48), slice(32, 64))
