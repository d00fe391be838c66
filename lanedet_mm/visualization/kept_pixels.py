"""Images, their truth, and the pixels that hard example mining kept of them."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage
from PIL import ImageDraw

from lanedet_mm.lanes import IGNORE_INDEX
from lanedet_mm.visualization.label_font import label_font
from lanedet_mm.visualization.legend import Entry, draw_legend, legend_width
from lanedet_mm.visualization.overlay import IGNORED_RGB, Palette, paint_classes

Image = NDArray[np.uint8]
# Lime: shrunk, white would look like the dimmed paint, and black like nothing.
KEPT_BACKGROUND_RGB = (150, 255, 30)
_GAP_PX, _BAR_PX = 8, 28
_TITLES = ('image', 'truth', 'prediction', 'kept, by true class')


def kept_pixels_sheet(
    images: NDArray[np.uint8],
    truths: NDArray[np.uint8],
    predicted: NDArray[np.uint8],
    kept: NDArray[np.bool_],
    *,
    classes: Sequence[str],
    palette: Palette,
    panel_px: int = 320,
) -> Image:
    """One row an image: image, truth, prediction, and the kept pixels over the dimmed image.

    Args:
        images: BGR, shape (N, H, W, 3).
        truths: Class indices, 0 background, 255 ignored, shape (N, H, W).
        predicted: Class indices, shape (N, H, W).
        kept: Which pixels were kept, shape (N, H, W).
        classes: Class names.
        palette: RGB colour of each class; that of the background is not used.
        panel_px: Width of a panel.

    Returns:
        The picture in RGB.
    """
    legend = _legend(truths, classes, palette)
    height = round(panel_px * images.shape[1] / images.shape[2])
    step_col, step_row = panel_px + _GAP_PX, height + _GAP_PX
    width = max(len(_TITLES) * step_col, _GAP_PX + legend_width(legend)) + _GAP_PX
    page = PillowImage.new('RGB', (width, len(images) * step_row + 2 * _BAR_PX), 'white')
    draw = ImageDraw.Draw(page)
    for index, title in enumerate(_TITLES):
        corner = (_GAP_PX + index * step_col, _BAR_PX // 2)
        draw.text(corner, title, fill=0, font=label_font(16), anchor='lm')
    rows = zip(images, truths, predicted, kept, strict=True)
    for row, (image, truth, found, some) in enumerate(rows):
        thicken_px = round(0.7 * image.shape[1] / panel_px) if panel_px < image.shape[1] else 0
        panels = (
            image,
            *(paint_classes(image, one, palette, thicken_px=thicken_px) for one in (truth, found)),
            paint_kept(image, truth, some, palette),
        )
        for index, panel in enumerate(panels):
            corner = (_GAP_PX + index * step_col, _BAR_PX + row * step_row)
            page.paste(_resized(panel, (panel_px, height)), corner)
    draw_legend(draw, (_GAP_PX, page.height - _BAR_PX // 2), legend)
    return np.array(page)


def paint_kept(
    image: Image, truth: NDArray[np.uint8], kept: NDArray[np.bool_], palette: Palette
) -> Image:
    """Paint kept pixels over the dimmed grey image, each in the colour of its true class.

    Args:
        image: BGR, shape (H, W, 3).
        truth: Class indices, shape (H, W).
        kept: Which pixels were kept, shape (H, W).
        palette: RGB colour of each class; the background's is `KEPT_BACKGROUND_RGB`.

    Returns:
        BGR, shape (H, W, 3).
    """
    # `paint_classes` leaves index 0 unpainted, so that the background moves to 1.
    shifted = np.where(kept, truth + 1, 0).astype(np.uint8)
    colours = [(0, 0, 0), KEPT_BACKGROUND_RGB, *palette[1:]]
    return paint_classes(image // 2, shifted, colours, fade=1)


def _legend(truths: NDArray[np.uint8], classes: Sequence[str], palette: Palette) -> list[Entry]:
    entries: list[Entry] = [
        (name, (int(red), int(green), int(blue)))
        for name, (red, green, blue) in zip(classes[1:], palette[1:], strict=True)
    ]
    entries.append((f'{classes[0]}, kept', KEPT_BACKGROUND_RGB))
    if (truths == IGNORE_INDEX).any():
        entries.append(('ignored', IGNORED_RGB))
    return entries


def _resized(panel: Image, size_wh: tuple[int, int]) -> PillowImage.Image:
    """A BGR panel as an RGB picture of a size; enlarged, pixels stay squares."""
    kind = cv2.INTER_AREA if size_wh[0] < panel.shape[1] else cv2.INTER_NEAREST
    resized = cv2.resize(panel, size_wh, interpolation=kind)
    return PillowImage.fromarray(np.ascontiguousarray(resized[..., ::-1]))
