"""What a line is painted as, in AEL's three booleans."""

from typing import NamedTuple


class PaintKind(NamedTuple):
    """One kind of line.

    Attributes:
        single: A single line; otherwise a double one.
        white: White paint; otherwise yellow.
        solid: An unbroken line; otherwise a dashed one.
    """

    single: bool
    white: bool
    solid: bool


WHITE_SOLID = PaintKind(True, True, True)
WHITE_DASHED = PaintKind(True, True, False)
