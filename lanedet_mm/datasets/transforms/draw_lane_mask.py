"""The label of a tile or of a crop of it."""

from typing import Any

from mmcv.transforms import BaseTransform

from lanedet_mm.datasets.transforms.warp_tile import outside_tile
from lanedet_mm.lanes import IGNORE_INDEX, TAXONOMIES, TileAnnotation, draw_mask
from lanedet_mm.registry import TRANSFORMS


@TRANSFORMS.register_module()
class DrawLaneMask(BaseTransform):
    """Draw the lanes of a tile by the map of its pixels.

    Pixels that the tile does not reach, and lanes outside the taxonomy, are ignore (255).

    Required keys: annotation, taxonomy, img_shape, ground_gsd_m; tile_matrix after a crop. Added:
    gt_seg_map (class indices, shape (H, W)), seg_fields.

    Args:
        width_px: Width of the lines in pixels of the sample, after any scaling.
        width_m: Width of the lines in ground metres, instead of `width_px`; where that is below
            one pixel, one pixel.
    """

    def __init__(self, *, width_px: float | None = None, width_m: float | None = None) -> None:
        if width_px is not None and width_m is not None:
            raise ValueError('got both width_px and width_m; give one of them, or none for 3 px')
        self.width_px = 3.0 if width_px is None and width_m is None else width_px
        self.width_m = width_m

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Add the label."""
        annotation: TileAnnotation = results['annotation']
        matrix, size_hw = results.get('tile_matrix'), results['img_shape'][:2]
        _check_untouched(results, annotation)
        width_px = self.width_px or max(1.0, (self.width_m or 0) / results['ground_gsd_m'])
        taxonomy = TAXONOMIES[results['taxonomy']]
        mask = draw_mask(annotation.lanes, size_hw, taxonomy, width_px=width_px, matrix=matrix)
        if matrix is not None:
            outside = outside_tile(annotation.size_wh[::-1], matrix, size_hw)
            if outside is not None:
                mask[outside] = IGNORE_INDEX
        results['gt_seg_map'] = mask
        results['seg_fields'] = ['gt_seg_map']
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(width_px={self.width_px}, width_m={self.width_m})'


def _check_untouched(results: dict[str, Any], annotation: TileAnnotation) -> None:
    """Refuse an image that something other than our crop has moved: its lanes lie elsewhere."""
    whole = 'tile_matrix' in results or results['img_shape'][:2] == annotation.size_wh[::-1]
    if results.get('flip') or 'scale_factor' in results or not whole:
        raise ValueError(
            f'the image of tile {results.get("tile_id")} was flipped, resized or cropped to '
            f'{results["img_shape"][:2]} before its mask was drawn; use RandomLaneCrop, or put '
            'such transforms after DrawLaneMask'
        )
