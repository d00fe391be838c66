"""Masks and pictures of image files."""

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from lanedet_mm.imagery import (
    GroundPlace,
    ImageError,
    read_image,
    write_class_raster,
    write_image,
)
from lanedet_mm.inference.lane_model import Image
from lanedet_mm.inference.sliding_window import ClassMap, SlidingWindow

IMAGE_SUFFIXES = ('.jpg', '.jpeg', '.png', '.tif', '.tiff', '.bmp', '.webp')
Draw = Callable[[Image, ClassMap], Image]
_FOLDERS = ('masks', 'overlays')
_JPEG_PX = 65_500  # no side of a JPEG may be longer


@dataclass(frozen=True)
class PredictReport:
    """What became of a list of images.

    Attributes:
        made: Images that were predicted now.
        kept: Images whose mask and overlay were there already.
        broken: Why each of the others could not be read; names the file.
    """

    made: int
    kept: int
    broken: tuple[str, ...]


def find_images(source: Path) -> list[Path]:
    """The image itself, or the images that lie in a folder (not in folders below it).

    Raises:
        FileNotFoundError: If there is nothing, or no image in the folder.
        ValueError: If two images would write the same overlay.
    """
    if source.is_file():
        return [source]
    if not source.is_dir():
        raise FileNotFoundError(f'no image and no folder {source}')
    found = sorted(
        path
        for path in source.iterdir()
        if path.suffix.lower() in IMAGE_SUFFIXES and not path.is_dir()
    )
    if not found:
        raise FileNotFoundError(f'no image in {source}; needed are {", ".join(IMAGE_SUFFIXES)}')
    twice = [stem for stem, count in Counter(path.stem for path in found).items() if count > 1]
    if twice:
        raise ValueError(
            f'{source} holds several images named {twice[0]}, which would write the same '
            f'{twice[0]}.jpg; rename all but one'
        )
    return found


def prepare_out(out: Path, files: Sequence[Path]) -> None:
    """Make the folders of the results, before an hour of predicting finds that it cannot.

    Args:
        out: Folder of the results.
        files: Images.

    Raises:
        ValueError: If nothing can be written there, or a result would replace an image.
    """
    masks, overlays = (out / name for name in _FOLDERS)
    results = {
        path
        for stem in {file.stem for file in files}
        for path in (
            *(masks.resolve() / f'{stem}{suffix}' for suffix in ('.png', '.tif')),
            overlays.resolve() / f'{stem}.jpg',
        )
    }
    for file in files:
        # Both a link and what it points to.
        if results & {file.resolve(), file.parent.resolve() / file.name}:
            raise ValueError(
                f'a result would replace the image {file}; take a folder of results that the '
                'images do not lie in'
            )
    for folder in (masks, overlays):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise ValueError(
                f'nothing can be written in {folder} ({error.strerror}); take another folder of '
                'results'
            ) from None


def predict_scaled(
    windows: SlidingWindow,
    image: Image,
    *,
    scale: float = 1.0,
    progress: Callable[[int], object] | None = None,
) -> ClassMap:
    """Class of each pixel, seen by the model at another resolution.

    Args:
        windows: The model and its windows.
        image: BGR, shape (H, W, 3).
        scale: Factor on the image's size before the model sees it: its ground metres per pixel,
            divided by those that the model knows.
        progress: Called with the number of windows done since the last call.

    Returns:
        Class indices at the image's own size, shape (H, W).
    """
    if scale == 1:
        return windows(image, progress=progress)
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    height, width = scaled_size(image.shape[:2], scale)
    resized = np.asarray(cv2.resize(image, (width, height), interpolation=kind), np.uint8)
    mask = windows(resized, progress=progress)
    # INTER_NEAREST takes the pixel to the upper left and moves lines; this one does not.
    back = cv2.resize(mask, image.shape[1::-1], interpolation=cv2.INTER_NEAREST_EXACT)
    return np.asarray(back, np.uint8)


def scaled_size(size_hw: tuple[int, ...], scale: float) -> tuple[int, int]:
    """Height and width after scaling, at least one pixel."""
    return max(round(size_hw[0] * scale), 1), max(round(size_hw[1] * scale), 1)


def predict_files(
    windows: SlidingWindow,
    files: Sequence[Path],
    out: Path,
    *,
    draw: Draw,
    scale: float = 1.0,
    own_scales: Mapping[Path, float] | None = None,
    resume: bool = False,
) -> PredictReport:
    """Write `masks/NAME.png` and `overlays/NAME.jpg` of each image.

    The mask of a georeferenced TIFF is `masks/NAME.tif`, which lies where the image does. The
    overlay of an image that is too large for a JPEG is shrunk.

    An image that cannot be read does not stop the others. Any other error does.

    Args:
        windows: The model and its windows.
        files: Images.
        out: Folder of the results.
        draw: Makes the overlay from an image and its mask.
        scale: As in `predict_scaled`.
        own_scales: The scales of those images that have one of their own.
        resume: Whether to keep results that are there; they are not checked to come from the
            same model.

    Raises:
        ValueError: If nothing can be written in `out`, or a result would replace an image.
    """
    prepare_out(out, files)
    masks, overlays = (out / name for name in _FOLDERS)
    made, kept, broken = 0, 0, []
    columns = (TextColumn('{task.description}'), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn()) as bars:
        images = bars.add_task('images', total=len(files))
        for file in files:
            place = GroundPlace.of(file)
            mask_path = masks / f'{file.stem}{".png" if place is None else ".tif"}'
            overlay_path = overlays / f'{file.stem}.jpg'
            if resume and mask_path.is_file() and overlay_path.is_file():
                kept += 1
            else:
                try:
                    image = read_image(file)
                except ImageError as error:
                    broken.append(str(error))
                else:
                    own_scale = (own_scales or {}).get(file, scale)
                    mask = _with_bar(windows, image, own_scale, bars, file.name)
                    _write_mask(mask_path, mask, place, windows.model.palette)
                    write_image(overlay_path, _fit_jpeg(draw(image, mask)))
                    made += 1
            bars.advance(images)
    return PredictReport(made, kept, tuple(broken))


def _write_mask(
    path: Path, mask: ClassMap, place: GroundPlace | None, palette: Sequence[tuple[int, int, int]]
) -> None:
    """Write a mask, with its place where the image has one."""
    if place is None:
        write_image(path, mask)
    else:
        write_class_raster(path, mask, place, palette=palette)


def _fit_jpeg(picture: Image) -> Image:
    """The picture, shrunk where a JPEG cannot be so large."""
    longest = max(picture.shape[:2])
    if longest <= _JPEG_PX:
        return picture
    height, width = scaled_size(picture.shape[:2], _JPEG_PX / longest)
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _with_bar(
    windows: SlidingWindow, image: Image, scale: float, bars: Progress, name: str
) -> ClassMap:
    """Predict one image under a progress bar that counts its windows."""
    total = windows.count(scaled_size(image.shape[:2], scale))
    bar = bars.add_task(f'  {name}', total=total)
    mask = predict_scaled(
        windows, image, scale=scale, progress=lambda count: bars.advance(bar, count)
    )
    bars.remove_task(bar)
    return mask
