"""Random crops that mind the lanes."""

from typing import Any, Literal

import cv2
import numpy as np

from lanedet_mm.datasets.transforms.crop_map import Matrix
from lanedet_mm.datasets.transforms.random_tile_crop import RandomTileCrop
from lanedet_mm.lanes import TAXONOMIES, draw_mask, move_line
from lanedet_mm.registry import TRANSFORMS

_TRIES = 10


@TRANSFORMS.register_module()
class RandomLaneCrop(RandomTileCrop):
    """`RandomTileCrop` that can ask for lanes.

    The map stays in the sample for `DrawLaneMask`, which draws the polylines by it: a mask is
    never resized.

    Required keys: img, ground_gsd_m, annotation or, of a photograph with centrelines,
    divider_lines. Added and changed: as by `RandomTileCrop`.

    Args:
        crop_px: As there, like scale, ground_gsd_m, rotate, flip and fill_bgr.
        scale: See there.
        ground_gsd_m: See there.
        rotate: See there.
        flip: See there.
        min_lane_px: Draw anew, up to ten times, while less than this length of lane, in crop
            pixels, is in the crop; the last one is taken as it is.
        empty_share: Share of the crops that are taken as they come, whatever `min_lane_px`.
        fill_bgr: See there.
    """

    def __init__(
        self,
        *,
        crop_px: int,
        scale: tuple[float, float] | None = None,
        ground_gsd_m: tuple[float, float] | None = None,
        rotate: Literal['quarter', 'any'] | None = 'quarter',
        flip: bool = True,
        min_lane_px: float = 0,
        empty_share: float = 0.1,
        fill_bgr: tuple[int, int, int] = (0, 0, 0),
    ) -> None:
        super().__init__(
            crop_px=crop_px,
            scale=scale,
            ground_gsd_m=ground_gsd_m,
            rotate=rotate,
            flip=flip,
            fill_bgr=fill_bgr,
        )
        self.min_lane_px = min_lane_px
        self.empty_share = empty_share

    def _draw(self, rng: np.random.Generator, results: dict[str, Any]) -> tuple[float, Matrix]:
        takes_any = self.min_lane_px <= 0 or rng.random() < self.empty_share
        for _ in range(1 if takes_any else _TRIES):
            scale, matrix = super()._draw(rng, results)
            if takes_any or self._lane_px(results, matrix) >= self.min_lane_px:
                break
        return scale, matrix

    def _lane_px(self, results: dict[str, Any], matrix: Matrix) -> int:
        """About the length of lane in a crop."""
        size_hw = (self.crop_px, self.crop_px)
        if 'divider_lines' in results:
            moved = [move_line(line, matrix) for line in results['divider_lines']]
            blank = np.zeros(size_hw, np.uint8)
            line = cv2.polylines(blank, [one.round().astype(np.int32) for one in moved], False, 1)
        else:
            lanes = results['annotation'].lanes
            line = draw_mask(lanes, size_hw, TAXONOMIES['full'], width_px=1, matrix=matrix)
        return int(np.count_nonzero(line))
