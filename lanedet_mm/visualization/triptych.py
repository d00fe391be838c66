"""Image, truth, prediction and errors in one picture."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage
from PIL import ImageDraw

from lanedet_mm.lanes import IGNORE_INDEX
from lanedet_mm.visualization.error_map import ERROR_NAMES, ERROR_PALETTE, error_map
from lanedet_mm.visualization.label_font import label_font
from lanedet_mm.visualization.legend import Entry, draw_legend, legend_width
from lanedet_mm.visualization.overlay import IGNORED_RGB, Palette, paint_classes
from lanedet_mm.visualization.scale_bar import draw_scale_bar

Image = NDArray[np.uint8]
_GAP_PX, _BAR_PX = 10, 34  # between the panels; of a line of text


def triptych(
    image: Image,
    truth: NDArray[np.uint8],
    predicted: NDArray[np.uint8],
    *,
    classes: Sequence[str],
    palette: Palette,
    title: str = '',
    ground_gsd_m: float | None = None,
    panel_px: int = 512,
    tolerance_px: float = 3.0,
) -> Image:
    """Four panels in a row with titles, a legend and, where the resolution is known, a scale bar.

    Args:
        image: BGR, shape (H, W, 3).
        truth: Class indices, 0 background, 255 ignored, shape (H, W).
        predicted: Class indices, shape (H, W).
        classes: Class names; index 0 is the background and not in the legend.
        palette: RGB colour of each class.
        title: Line above the panels; none if empty.
        ground_gsd_m: Ground metres per pixel of the image.
        panel_px: Width of a panel; lines thicken where panels are smaller than the image.
        tolerance_px: How far from the truth a line still counts as found in the last panel.

    Returns:
        The picture in BGR.
    """
    scale = panel_px / image.shape[1]
    panels = _panels(image, truth, predicted, palette, scale, tolerance_px)
    height = round(image.shape[0] * scale)
    top = _BAR_PX * (2 if title else 1)
    width = len(panels) * (panel_px + _GAP_PX) + _GAP_PX
    legend = [*zip(classes[1:], palette[1:], strict=True)]
    if (truth == IGNORE_INDEX).any():
        legend.append(('ignored', IGNORED_RGB))
    legend_rows = _legend_rows(legend, width)
    page = PillowImage.new(
        'RGB', (width, top + height + len(legend_rows) * _BAR_PX + _GAP_PX), 'white'
    )
    draw = ImageDraw.Draw(page)
    if title:
        draw.text((_GAP_PX, _BAR_PX // 2), title, fill=0, font=label_font(22), anchor='lm')
    for index, (name, panel) in enumerate(panels.items()):
        left = _GAP_PX + index * (panel_px + _GAP_PX)
        page.paste(_resized(panel, (panel_px, height)), (left, top))
        draw.text((left, top - _BAR_PX // 2), name, fill=0, font=label_font(18), anchor='lm')
    if ground_gsd_m is not None:
        corner = (_GAP_PX + 12, top + height - 12)
        draw_scale_bar(draw, corner, ground_gsd_m / scale, panel_px * 0.3)
    for index, parts in enumerate(legend_rows):
        row = top + height + _GAP_PX // 2 + index * _BAR_PX + _BAR_PX // 2
        for col, entries in parts:
            draw_legend(draw, (col, row), entries)
    return np.ascontiguousarray(np.asarray(page)[..., ::-1])


def _legend_rows(classes: list[Entry], width: int) -> list[list[tuple[int, list[Entry]]]]:
    """Left end and entries of each part of the legend, by rows: errors to the right if they fit."""
    errors: list[Entry] = [*zip(ERROR_NAMES, ERROR_PALETTE, strict=True)][1:]
    errors_left = width - _GAP_PX - legend_width(errors)
    if 4 * _GAP_PX + legend_width(classes) < errors_left:
        return [[(_GAP_PX, classes), (errors_left, errors)]]
    return [[(_GAP_PX, classes)], [(_GAP_PX, errors)]]


def _panels(
    image: Image,
    truth: NDArray[np.uint8],
    predicted: NDArray[np.uint8],
    palette: Palette,
    scale: float,
    tolerance_px: float,
) -> dict[str, Image]:
    """The panels by their titles, at the size of the image."""
    thicken_px = round(0.7 / scale) if scale < 0.7 else 0
    errors = error_map(truth, predicted, tolerance_px=tolerance_px)
    return {
        'image': image,
        'truth': paint_classes(image, truth, palette, thicken_px=thicken_px),
        'prediction': paint_classes(image, predicted, palette, thicken_px=thicken_px),
        f'errors beyond {tolerance_px:g} px': paint_classes(
            image // 2, errors, ERROR_PALETTE, fade=1, thicken_px=thicken_px
        ),
    }


def _resized(panel: Image, size_wh: tuple[int, int]) -> PillowImage.Image:
    """A BGR panel as an RGB picture of a size."""
    kind = cv2.INTER_AREA if size_wh[0] < panel.shape[1] else cv2.INTER_CUBIC
    resized = cv2.resize(panel, size_wh, interpolation=kind)
    return PillowImage.fromarray(np.ascontiguousarray(resized[..., ::-1]))
