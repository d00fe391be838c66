"""What stands on the ground of rendered tiles, from their renderer."""

import json
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.lanes import TileAnnotation, city_of
from lanedet_mm.synthesis.city_styles import CITY_STYLES
from lanedet_mm.synthesis.dataset_provenance import FILE_NAME
from lanedet_mm.synthesis.photo.render_truth import render_with_truth
from lanedet_mm.synthesis.tile_writer import photograph_seed


class RenderedGround:
    """Renders the tiles of a data set once more, for the truth that their files do not hold.

    Args:
        seed: Of the data set.
        quality: Of its JPEGs.
    """

    def __init__(self, *, seed: int, quality: int) -> None:
        self.seed = seed
        self.quality = quality

    @classmethod
    def of(cls, data_root: Path | str) -> 'RenderedGround | None':
        """The renderer of a data set; None for one that was not rendered."""
        path = Path(data_root) / FILE_NAME
        if not path.is_file():
            return None
        options = json.loads(path.read_bytes())['options']
        return cls(seed=options['seed'], quality=options['quality'])

    def hidden(
        self, tile_id: str, annotation: TileAnnotation, image: NDArray[np.uint8]
    ) -> NDArray[np.bool_] | None:
        """Where something stands between ground and camera, shape (H, W).

        Args:
            tile_id: The tile.
            annotation: Its lanes.
            image: Its picture, BGR. If the renderer of today makes another one, its truth is not
                that of this picture: None.
        """
        rgb, truth = render_with_truth(
            annotation, CITY_STYLES[city_of(tile_id)], seed=photograph_seed(tile_id, self.seed)
        )
        quality = [cv2.IMWRITE_JPEG_QUALITY, self.quality]
        packed = cv2.imencode('.jpg', np.ascontiguousarray(rgb[..., ::-1]), quality)[1]
        same = np.array_equal(np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR)), image)
        return truth.hidden if same else None
