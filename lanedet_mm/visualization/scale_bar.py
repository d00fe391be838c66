"""A bar that says how long a metre is."""

from PIL import ImageDraw

from lanedet_mm.visualization.label_font import label_font

_HEIGHT_PX = 6


def round_length_m(longest_m: float) -> float:
    """The longest of 1, 2, 5, 10, 20, 50, ... metres (or of 0.5, 0.2, ...) that fits."""
    if longest_m <= 0:
        raise ValueError(f'no length fits into {longest_m} m')
    lengths = (digit * 10.0**power for power in range(5, -4, -1) for digit in (5, 2, 1))
    return next(length for length in lengths if length <= longest_m * (1 + 1e-9))


def draw_scale_bar(
    draw: ImageDraw.ImageDraw, corner: tuple[int, int], gsd_m: float, longest_px: float
) -> None:
    """Draw a bar of a round length, white on black, with its length above.

    Args:
        draw: Picture.
        corner: Lower left corner of the bar, (column, row).
        gsd_m: Ground metres per pixel of the picture.
        longest_px: What the bar may take.
    """
    length_m = round_length_m(gsd_m * longest_px)
    col, row = corner
    right = col + round(length_m / gsd_m)
    draw.rectangle((col - 1, row - _HEIGHT_PX - 1, right + 1, row + 1), fill='black')
    draw.rectangle((col, row - _HEIGHT_PX, right, row), fill='white')
    text = f'{length_m:g} m'
    place = ((col + right) // 2, row - _HEIGHT_PX - 4)
    draw.text(
        place, text, fill='white', font=label_font(16), anchor='ms', stroke_width=2,
        stroke_fill='black',
    )  # fmt: skip
