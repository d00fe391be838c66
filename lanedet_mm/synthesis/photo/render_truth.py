"""What a rendered photograph hides from the eye: light, wear and what stands in the way."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.lanes import TileAnnotation
from lanedet_mm.synthesis.city_style import CityStyle
from lanedet_mm.synthesis.photo.render_photo import draw_scene, take_photo
from lanedet_mm.synthesis.photo.scene import Scene

Field = NDArray[np.float32]
_SEEN_LEVELS = 12  # a crown's edge that changes the ground by less hides nothing


@dataclass(frozen=True, eq=False)
class RenderTruth:
    """What the renderer knows of each pixel, before the camera. All have shape (H, W).

    Attributes:
        light_lost: Share of the light that shadow takes, in [0, 1].
        opacity: How opaque the paint in a pixel is, in [0, 1], worn as it is, however thin it is
            and whether something stands on it; 0 where there is none.
        hidden: Where something stands between the ground and the camera: a vehicle, a crown, a
            roof, a pole.
    """

    light_lost: Field
    opacity: Field
    hidden: NDArray[np.bool_]


def render_with_truth(
    annotation: TileAnnotation, style: CityStyle, *, seed: int
) -> tuple[NDArray[np.uint8], RenderTruth]:
    """The photograph that `render_photo` makes of the same arguments, and its truth."""
    scene = draw_scene(annotation, style, seed=seed)
    truth = _truth(scene)
    return take_photo(scene), truth


def _truth(scene: Scene) -> RenderTruth:
    assert scene.wear is not None and scene.bare_rgb is not None, 'every scene is painted'
    change = np.abs(scene.rgb.astype(np.int16) - scene.bare_rgb).max(2)
    opacity = np.maximum(scene.white.opacity(), scene.yellow.opacity())
    return RenderTruth(
        light_lost=scene.shadow.astype(np.float32) * np.float32(scene.sun.depth / 255),
        opacity=np.asarray(opacity * scene.wear, np.float32),
        hidden=np.asarray(change > _SEEN_LEVELS),
    )
