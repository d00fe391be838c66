"""Tiles, what a masked autoencoder saw of them, and what it made of the rest."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage
from PIL import ImageDraw

from lanedet_mm.visualization.label_font import label_font

Pictures = NDArray[np.floating]
_GAP_PX, _BAR_PX = 8, 28
_HIDDEN = 0.5  # grey


def reconstruction_sheet(
    original: Pictures,
    filled: Pictures,
    hidden: Pictures,
    *,
    names: Sequence[str] = (),
    panel_px: int = 224,
) -> NDArray[np.uint8]:
    """One row a tile: original, masked, filled in.

    Args:
        original: RGB in [0, 1], shape (N, H, W, 3).
        filled: The same with the hidden patches as they were predicted.
        hidden: 1 where a pixel was hidden, else 0, shape (N, H, W, 1).
        names: What stands above each original; nothing if empty.
        panel_px: Width of a panel.

    Returns:
        The picture in RGB.
    """
    masked = original * (1 - hidden) + _HIDDEN * hidden
    columns = {'original': original, 'masked': masked, 'filled in': filled}
    height = round(panel_px * original.shape[1] / original.shape[2])
    step_col, step_row = panel_px + _GAP_PX, height + _GAP_PX
    size = (len(columns) * step_col + _GAP_PX, _BAR_PX + len(original) * step_row)
    page = PillowImage.new('RGB', size, 'white')
    draw = ImageDraw.Draw(page)
    for index, (title, pictures) in enumerate(columns.items()):
        left = _GAP_PX + index * step_col
        draw.text((left, _BAR_PX // 2), title, fill=0, font=label_font(16), anchor='lm')
        for row, picture in enumerate(pictures):
            top = _BAR_PX + row * step_row
            page.paste(_panel(picture, (panel_px, height)), (left, top))
            if index == 0 and row < len(names):
                draw.text(
                    (left + 6, top + 6),
                    _short(names[row], panel_px - 12),
                    fill='white',
                    font=label_font(14),
                    stroke_width=2,
                    stroke_fill='black',
                )
    return np.array(page)


def _short(name: str, width_px: int) -> str:
    """The name, or as much of it as fits into a panel."""
    shorter = (f'{name[:count].rstrip()}…' for count in range(len(name) - 1, 0, -1))
    font = label_font(14)
    return next((text for text in (name, *shorter) if font.getlength(text) <= width_px), '')


def _panel(picture: Pictures, size_wh: tuple[int, int]) -> PillowImage.Image:
    pixels = np.round(picture.clip(0, 1) * 255).astype(np.uint8)
    return PillowImage.fromarray(cv2.resize(pixels, size_wh, interpolation=cv2.INTER_AREA))
