"""SkyScapes-Lane, cut into tiles that a data set can read."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.datasets.manifest import SIDES
from lanedet_mm.datasets.preparation.claim_folder import claim_folder
from lanedet_mm.datasets.preparation.file_job import FileJob
from lanedet_mm.datasets.preparation.file_jobs import JobReport, run_file_jobs
from lanedet_mm.datasets.preparation.skyscapes_label import class_indices
from lanedet_mm.imagery import (
    ImageError,
    check_window,
    read_image,
    window_starts,
    write_atomically,
    write_image,
)


def tile_skyscapes(
    source: Path | str,
    out: Path | str,
    *,
    tile_px: int = 512,
    overlap_px: int = 64,
    processes: int = 1,
    skip_broken: bool = False,
) -> JobReport:
    """Cut the release into tiles.

    Reads `{train,val,test}/images/NAME.jpg` and, where it is there, `labels/rgb/NAME.png` (the
    release has none for its test images). Writes `images/NAME_rROW_cCOL.png`, where ROW and COL
    are the tile's first pixel in its image, `labels/` likewise with class indices, and one list
    of tile names per side: `train.txt`, `val.txt`, `test.txt`, and `labelled.txt` for all tiles
    with a label. All tiles of an image are on one side, for they overlap.

    Broken images are in the report. Lists are written if there are none, or if they are skipped.

    Args:
        source: Folder with the release's folders `train`, `val` and `test`.
        out: Folder of the tiles.
        tile_px: Side of a tile.
        overlap_px: What neighbours share; the last tile ends flush with the image.
        processes: How many images are cut at once.
        skip_broken: Leave broken images out of the lists instead of writing none.

    Raises:
        FileNotFoundError: If the source holds no image.
        ValueError: If `out` has tiles of another size or overlap.
    """
    check_window(tile_px, overlap_px)
    source, out = Path(source), Path(out)
    jobs = {side: list(_jobs(source / side, out, tile_px, overlap_px)) for side in SIDES}
    if not any(jobs.values()):
        raise FileNotFoundError(
            f'no image in {source}/{{train,val,test}}/images; needed is the folder of the release '
            'of SkyScapes-Lane that holds train, val and test'
        )
    claim_folder(out, {'tile_px': tile_px, 'overlap_px': overlap_px})
    work = partial(_cut, out=out, tile_px=tile_px, overlap_px=overlap_px)
    all_jobs = [job for side in SIDES for job in jobs[side]]
    report = run_file_jobs(work, all_jobs, processes=processes, title='SkyScapes')
    if skip_broken or not report.broken:
        broken = {job for job, _ in report.broken}
        _write_lists(
            out, {side: [job for job in jobs[side] if job not in broken] for side in SIDES}
        )
    return report


def _jobs(folder: Path, out: Path, tile_px: int, overlap_px: int) -> Iterator[FileJob]:
    """One job per image; it is done when the list of the image's tiles is there."""
    for image in sorted((folder / 'images').glob('*.jpg')):
        label = folder / 'labels' / 'rgb' / f'{image.stem}.png'
        done = out / 'tiles' / f'{image.stem}_{tile_px}_{overlap_px}.txt'
        yield FileJob((image, label) if label.is_file() else (image,), (done,))


def _cut(job: FileJob, *, out: Path, tile_px: int, overlap_px: int) -> None:
    """Write the tiles of one image, then their list."""
    path = job.sources[0]
    image = read_image(path)
    if min(image.shape[:2]) < tile_px:
        raise ImageError(path, f'of {image.shape[:2]} px holds no tile of {tile_px} px')
    layers: dict[str, NDArray[np.uint8]] = {'images': image}
    if len(job.sources) == 2:
        label = read_image(job.sources[1], size_wh=image.shape[1::-1])
        layers['labels'] = class_indices(label, job.sources[1])
    names = []
    for row in window_starts(image.shape[0], tile_px, overlap_px):
        for col in window_starts(image.shape[1], tile_px, overlap_px):
            names.append(f'{path.stem}_r{row:05d}_c{col:05d}')
            for folder, pixels in layers.items():
                tile = pixels[row : row + tile_px, col : col + tile_px]
                write_image(out / folder / f'{names[-1]}.png', tile)
    write_atomically(job.outputs[0], _lines(names))


def _write_lists(out: Path, jobs: dict[str, list[FileJob]]) -> None:
    """The lists of the sides, each tile on the side of its image."""
    names = {
        job: job.outputs[0].read_text().split() for side_jobs in jobs.values() for job in side_jobs
    }
    for side, side_jobs in jobs.items():
        tiles = [name for job in side_jobs for name in names[job]]
        write_atomically(out / f'{side}.txt', _lines(tiles))
    labelled = [name for job, tiles in names.items() if len(job.sources) == 2 for name in tiles]
    write_atomically(out / 'labelled.txt', _lines(labelled))


def _lines(names: Sequence[str]) -> bytes:
    return ''.join(f'{name}\n' for name in names).encode()
