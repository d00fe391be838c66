"""One rendered tile on disk: image and annotation, whole or not at all."""

import json
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.imagery import write_atomically, write_image
from lanedet_mm.lanes import TileAnnotation, city_of
from lanedet_mm.synthesis.city_styles import CITY_STYLES
from lanedet_mm.synthesis.photo.render_photo import render_photo


def photograph(tile_id: str, annotation: TileAnnotation, *, seed: int) -> NDArray[np.uint8]:
    """Render a tile in the style of its city.

    Args:
        tile_id: Eight digits; the first one chooses the style.
        annotation: What lies on the ground.
        seed: Of the photograph.

    Returns:
        RGB, shape (H, W, 3).
    """
    return render_photo(
        annotation, CITY_STYLES[city_of(tile_id)], seed=photograph_seed(tile_id, seed)
    )


def photograph_seed(tile_id: str, seed: int) -> int:
    """Seed of one tile's photograph, in a data set of a seed."""
    return int(np.random.SeedSequence([seed, int(tile_id)]).generate_state(1)[0])


def write_tile(out: Path, tile_id: str, document: bytes, *, seed: int, quality: int) -> bool:
    """Render a tile and write it; one that is there with this annotation is left as it is.

    Args:
        out: Folder of `imgs` and `json`.
        tile_id: Eight digits; the first one chooses the style.
        document: The annotation as AEL's JSON, which is written as it is.
        seed: Of the photograph.
        quality: JPEG quality, 1 to 100.

    Returns:
        Whether it had to be rendered.
    """
    image_path, json_path = out / 'imgs' / f'{tile_id}.jpg', out / 'json' / f'{tile_id}.json'
    # The annotation is written last: where it stands, the image is whole.
    if image_path.exists() and json_path.exists() and json_path.read_bytes() == document:
        return False
    json_path.unlink(missing_ok=True)
    annotation = TileAnnotation.from_dict(json.loads(document))
    image = photograph(tile_id, annotation, seed=seed)
    options = (cv2.IMWRITE_JPEG_QUALITY, quality)
    write_image(image_path, image[..., ::-1], options=options)
    write_atomically(json_path, document)
    return True
