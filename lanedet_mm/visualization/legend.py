"""Which colour is what, below a picture."""

from collections.abc import Sequence

from PIL import ImageDraw

from lanedet_mm.visualization.label_font import label_font

Entry = tuple[str, tuple[int, int, int]]
_SWATCH_WH, _PAD_PX, _SPACE_PX, _FONT_PX = (22, 12), 8, 18, 16


def legend_width(entries: Sequence[Entry]) -> int:
    """Width in pixels of the entries in one row.

    Args:
        entries: Names and RGB colours.
    """
    font = label_font(_FONT_PX)
    names = sum(round(font.getlength(_text(name))) for name, _ in entries)
    return names + len(entries) * (_SWATCH_WH[0] + _PAD_PX + _SPACE_PX) - _SPACE_PX


def draw_legend(
    draw: ImageDraw.ImageDraw, start: tuple[int, int], entries: Sequence[Entry]
) -> None:
    """Draw swatches with their names in a row.

    Args:
        draw: Picture.
        start: Left end and middle of the row, (column, row).
        entries: Names and RGB colours.
    """
    col, row = start
    for name, color in entries:
        half = _SWATCH_WH[1] // 2
        draw.rectangle((col, row - half, col + _SWATCH_WH[0], row + half), fill=color, outline=0)
        text_col = col + _SWATCH_WH[0] + _PAD_PX
        draw.text((text_col, row), _text(name), fill=0, font=label_font(_FONT_PX), anchor='lm')
        col += legend_width([(name, color)]) + _SPACE_PX


def _text(name: str) -> str:
    return name.replace('_', ' ')
