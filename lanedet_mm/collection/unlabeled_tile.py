"""What a source has fetched."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class UnlabeledTile:
    """A photograph from above, without labels.

    Attributes:
        image: Pixels in BGR order, shape (H, W, 3).
        gsd_m: Ground metres per pixel.
        time: When it was taken, ISO 8601 as exactly as it is known ('2021', '2021-06-03'); None
            where nobody says.
    """

    image: NDArray[np.uint8]
    gsd_m: float
    time: str | None = None
