"""All rules on one tile."""

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.evaluation.scenarios.curve import is_curve
from lanedet_mm.evaluation.scenarios.dense import is_dense
from lanedet_mm.evaluation.scenarios.intersection import is_intersection
from lanedet_mm.evaluation.scenarios.line_light import LineLight
from lanedet_mm.evaluation.scenarios.line_pieces import Flags, LinePieces
from lanedet_mm.evaluation.scenarios.occluded import is_occluded
from lanedet_mm.evaluation.scenarios.shadow import is_shadow
from lanedet_mm.evaluation.scenarios.worn import is_worn

ALL, PLAIN = 'all', 'plain'
SCENARIOS = (ALL, PLAIN, 'shadow', 'worn', 'occluded', 'intersection', 'curve', 'dense')


def tag_pieces(
    image: NDArray[np.uint8], pieces: LinePieces, *, hidden: NDArray[np.bool_] | None = None
) -> dict[str, Flags]:
    """Which pieces are in which scenario.

    Args:
        image: BGR, shape (H, W, 3).
        pieces: The true lines of the tile.
        hidden: Where something stands on the ground, shape (H, W), if that is known.

    Returns:
        By scenario whether each piece is in it, shape (P,). `all` has every piece: what the others
        are to be compared with. `plain` has those that are in no other one. Without `hidden` there
        is no `occluded`.
    """
    light = LineLight.measure(image, pieces)
    tags = {'shadow': is_shadow(pieces, light), 'worn': is_worn(pieces, light)}
    if hidden is not None:
        tags['occluded'] = is_occluded(pieces, hidden)
        tags['worn'] &= ~tags['occluded']  # paint under a car is not worn
    tags['intersection'] = is_intersection(pieces)
    tags['curve'] = is_curve(pieces)
    tags['dense'] = is_dense(pieces)
    every = np.ones(len(pieces), bool)
    return {ALL: every, PLAIN: ~np.any([*tags.values()], axis=0) & every, **tags}
