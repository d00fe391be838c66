"""The random geometry of training: one affine map."""

import cmath
import math
from typing import Any, Literal

import numpy as np
from mmcv.transforms import BaseTransform

from lanedet_mm.datasets.transforms.crop_map import Matrix, crop_map
from lanedet_mm.datasets.transforms.warp_tile import warp_tile
from lanedet_mm.registry import TRANSFORMS


@TRANSFORMS.register_module()
class RandomTileCrop(BaseTransform):
    """Crop at a random place, scale, turn and flip: one affine map, by which the image is warped.

    Randomness comes from numpy's global state, which mmengine seeds per worker.

    Required keys: img, ground_gsd_m. Added: tile_matrix (tile pixels to crop pixels, shape
    (2, 3)). Changed: img, img_shape, ori_shape, ground_gsd_m (of the crop's pixels).

    Args:
        crop_px: Side of the crop.
        scale: Least and greatest number of crop pixels per tile pixel, drawn log-uniformly; None
            keeps the tile's own.
        ground_gsd_m: Least and greatest ground metres per pixel of the crop, drawn
            log-uniformly, whatever the tile's own; instead of `scale`.
        rotate: 'quarter' turns by a multiple of 90 degrees, 'any' by any angle, None not at all.
        flip: Mirror half of the crops.
        stay_inside: Enlarge what would reach beyond the tile, so that there is nothing to fill;
            not with 'any' angle. A tile that is small on the ground then is seen finer than
            `ground_gsd_m` asks for.
        fill_bgr: Colour where the tile does not reach; its label is ignore.
    """

    def __init__(
        self,
        *,
        crop_px: int,
        scale: tuple[float, float] | None = None,
        ground_gsd_m: tuple[float, float] | None = None,
        rotate: Literal['quarter', 'any'] | None = 'quarter',
        flip: bool = True,
        stay_inside: bool = False,
        fill_bgr: tuple[int, int, int] = (0, 0, 0),
    ) -> None:
        if scale is not None and ground_gsd_m is not None:
            raise ValueError('got both scale and ground_gsd_m; give the one that is to be drawn')
        for name, limits in (('scale', scale), ('ground_gsd_m', ground_gsd_m)):
            if limits is not None and not 0 < limits[0] <= limits[1]:
                raise ValueError(f'{name} is {limits}; needed is 0 < least <= greatest')
        if rotate not in ('quarter', 'any', None):
            raise ValueError(f"rotate is {rotate!r}; there are 'quarter', 'any' and None")
        if stay_inside and rotate == 'any':
            raise ValueError("stay_inside goes with rotate 'quarter' or None, not with 'any'")
        self.crop_px = crop_px
        self.scale = scale
        self.ground_gsd_m = ground_gsd_m
        self.rotate = rotate
        self.flip = flip
        self.stay_inside = stay_inside
        self.fill_bgr = fill_bgr

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Replace the tile by a crop of it."""
        rng = np.random.default_rng(np.random.randint(2**31))  # noqa: NPY002 - what mm seeds
        scale, matrix = self._draw(rng, results)
        size_hw = (self.crop_px, self.crop_px)
        results['img'] = warp_tile(results['img'], matrix, size_hw, fill_bgr=self.fill_bgr)
        results['img_shape'] = results['ori_shape'] = size_hw
        results['tile_matrix'] = matrix
        results['ground_gsd_m'] /= scale
        return results

    def _draw(self, rng: np.random.Generator, results: dict[str, Any]) -> tuple[float, Matrix]:
        """Crop pixels per tile pixel, and the map of the tile to the crop."""
        tile_wh = results['img'].shape[1::-1]
        scale = self._draw_scale(rng, results['ground_gsd_m'])
        if self.stay_inside:
            scale = max(scale, self.crop_px / min(tile_wh))
        return scale, self._draw_map(rng, scale, tile_wh)

    def _draw_scale(self, rng: np.random.Generator, tile_gsd_m: float) -> float:
        limits = self.scale or (1.0, 1.0)
        if self.ground_gsd_m is not None:
            limits = (tile_gsd_m / self.ground_gsd_m[1], tile_gsd_m / self.ground_gsd_m[0])
        return math.exp(rng.uniform(math.log(limits[0]), math.log(limits[1])))

    def _draw_map(self, rng: np.random.Generator, scale: float, tile_wh: tuple[int, int]) -> Matrix:
        turn: complex = 1.0
        if self.rotate == 'quarter':
            turn = (1, 1j, -1, -1j)[rng.integers(4)]
        elif self.rotate == 'any':
            turn = cmath.exp(2j * math.pi * rng.random())
        return crop_map(
            self.crop_px,
            tile_wh,
            scale=scale,
            turn=turn,
            flip=self.flip and rng.random() < 0.5,
            place=(rng.random(), rng.random()),
        )

    def __repr__(self) -> str:
        options = ', '.join(f'{name}={value!r}' for name, value in vars(self).items())
        return f'{type(self).__name__}({options})'
