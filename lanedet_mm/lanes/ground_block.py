"""Square blocks of ground."""

import math

from lanedet_mm.lanes.ground_scale import EARTH_RADIUS_M, ground_scale, latitude_deg, mercator_y


def ground_block(region: tuple[float, float, float, float], block_m: float) -> tuple[int, int]:
    """Row and column of the block that a box's middle lies in.

    Args:
        region: (xmin, ymin, xmax, ymax) in EPSG:3857 metres.
        block_m: Side of a block in ground metres.
    """
    xmin, ymin, xmax, ymax = region
    row = math.floor(EARTH_RADIUS_M * math.radians(latitude_deg((ymin + ymax) / 2)) / block_m)
    # One scale for the whole row of blocks, or their columns would not be straight.
    middle_deg = math.degrees((row + 0.5) * block_m / EARTH_RADIUS_M)
    col = math.floor((xmin + xmax) / 2 * ground_scale(mercator_y(middle_deg)) / block_m)
    return row, col
