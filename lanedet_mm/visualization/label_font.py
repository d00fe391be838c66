"""The font of labels: Pillow's own, so that no machine lacks it."""

from functools import cache

from PIL import ImageFont


@cache
def label_font(size_px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font at a size."""
    return ImageFont.load_default(size_px)
