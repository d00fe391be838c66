"""Places of a city by what is there, so that tiles can be centred on them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class MapElement:
    """One place on the map of a city.

    Attributes:
        kind: 'motorway', 'ramp', 'street', 'junction' or 'roundabout'.
        centre_m: (east, north) from the middle of the map, ground metres.
        arms: Number of roads that meet at a junction or roundabout, else 0.
    """

    kind: str
    centre_m: NDArray[np.float64]
    arms: int = 0
