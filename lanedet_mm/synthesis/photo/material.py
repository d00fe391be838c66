"""What a pixel is made of, and how grainy that looks."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Material(IntEnum):
    """Index of a material in the scene's material map."""

    SOIL = 0
    GRASS = 1
    PAVING = 2
    ASPHALT = 3
    CONCRETE = 4
    KERB = 5
    ROOF = 6
    TILES = 7
    VEHICLE = 8
    FOLIAGE = 9
    WATER = 10
    LOT = 11


# Relative spread of brightness at four grains: a pixel, half a metre, 3 m, 15 m.
_SPREAD: dict[Material, tuple[float, float, float, float]] = {
    Material.SOIL: (0.06, 0.06, 0.05, 0.05),
    Material.GRASS: (0.08, 0.08, 0.06, 0.07),
    Material.PAVING: (0.05, 0.045, 0.045, 0.04),
    Material.ASPHALT: (0.05, 0.035, 0.025, 0.03),
    Material.CONCRETE: (0.045, 0.035, 0.03, 0.035),
    Material.KERB: (0.05, 0.05, 0.07, 0.05),
    Material.ROOF: (0.045, 0.04, 0.06, 0.06),
    Material.TILES: (0.08, 0.06, 0.06, 0.05),
    Material.VEHICLE: (0.02, 0.01, 0.0, 0.0),
    Material.FOLIAGE: (0.10, 0.06, 0.05, 0.0),
    Material.WATER: (0.02, 0.02, 0.03, 0.02),
    Material.LOT: (0.055, 0.05, 0.04, 0.04),
}


def spread_table(grain: int) -> NDArray[np.float32]:
    """Spread of every material at one of the four grains, as a look-up table of 256."""
    table = np.zeros(256, np.float32)
    for material, spreads in _SPREAD.items():
        table[material] = spreads[grain]
    return table
