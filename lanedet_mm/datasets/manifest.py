"""AEL's manifests: which tiles belong to a split."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from lanedet_mm.imagery import write_atomically
from lanedet_mm.lanes import AnnotationError

SIDES = ('train', 'val', 'test')
IMAGE_SUFFIXES = ('.jpg', '.jpeg', '.png')


def read_manifest(path: Path | str) -> list[tuple[str, str]]:
    """Read `{"data": [[image, json, mask], ...]}`.

    AEL's manifests hold absolute paths of the authors' machine: only the file names count.

    Args:
        path: The manifest.

    Returns:
        File name of the image and of the annotation of each tile, in the manifest's order.

    Raises:
        AnnotationError: If the manifest is missing, broken or empty, or names a tile twice.
    """
    try:
        data = json.loads(Path(path).read_bytes())
    except FileNotFoundError:
        folder = Path(path).parent
        there = sorted(file.name for file in folder.glob('*.json'))[:5]
        raise AnnotationError(
            path, f'no such manifest; {folder} holds {there or "none"}: check data_root, manifest'
        ) from None
    except ValueError as error:
        raise AnnotationError(path, f'not JSON ({error}); get the manifest again') from None
    rows = data.get('data') if isinstance(data, dict) else None
    if not isinstance(rows, list) or not all(_is_row(row) for row in rows):
        raise AnnotationError(path, 'no manifest; needed is {"data": [[image, json, mask], ...]}')
    if not rows:
        raise AnnotationError(path, 'names no tile; split the data again')
    tiles = [(_name(row[0]), _name(row[1])) for row in rows]
    counts = Counter(image for image, _ in tiles)
    twice = [image for image, count in counts.items() if count > 1]
    if twice:
        raise AnnotationError(path, f'names {len(twice)} tiles more than once: {twice[:5]}')
    return tiles


def find_images(folder: Path, names: Iterable[str]) -> list[str | None]:
    """Names of images as they are in a folder: a JPEG of the manifest may be a PNG there.

    Args:
        folder: The folder of the images; it is listed once.
        names: File names of a manifest.

    Returns:
        For each name, itself, or the same stem with another suffix, or None where neither is.
    """
    there = {file.name for file in folder.iterdir()} if folder.is_dir() else set()
    choices = (
        [name, *(f'{Path(name).stem}{suffix}' for suffix in IMAGE_SUFFIXES)] for name in names
    )
    return [next((one for one in choice if one in there), None) for choice in choices]


def write_manifest(
    path: Path, tile_ids: Iterable[str], *, images: Mapping[str, str] | None = None
) -> None:
    """Write a manifest in AEL's format, with paths relative to the data root.

    Args:
        path: The manifest.
        tile_ids: The tiles, in order.
        images: File name of each tile's image, where it is not `ID.jpg`.
    """
    names = {} if images is None else images
    rows = [
        [f'imgs/{names.get(tile, f"{tile}.jpg")}', f'json/{tile}.json', f'mask/{tile}.png']
        for tile in tile_ids
    ]
    write_atomically(path, json.dumps({'data': rows}).encode())


def _is_row(row: object) -> bool:
    """Whether a row names an image and an annotation."""
    return (
        isinstance(row, list) and len(row) >= 2 and all(isinstance(name, str) for name in row[:2])
    )


def _name(path: str) -> str:
    """File name of a path of any machine."""
    return PurePosixPath(path.replace('\\', '/')).name
