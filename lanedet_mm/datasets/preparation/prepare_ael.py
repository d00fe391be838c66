"""AEL, checked tile by tile, with masks as files."""

import os
from functools import partial
from pathlib import Path

from lanedet_mm.datasets.manifest import SIDES, find_images, read_manifest, write_manifest
from lanedet_mm.datasets.preparation.claim_folder import claim_folder
from lanedet_mm.datasets.preparation.file_job import FileJob
from lanedet_mm.datasets.preparation.file_jobs import JobReport, run_file_jobs
from lanedet_mm.imagery import read_image, write_atomically, write_image
from lanedet_mm.lanes import Taxonomy, TileAnnotation, city_of, draw_mask

MANIFESTS = tuple(f'{side}_data.json' for side in SIDES)


def prepare_ael(
    release: Path | str,
    out: Path | str,
    *,
    taxonomy: str = 'white',
    width_px: float = 3.0,
    processes: int = 1,
    skip_broken: bool = False,
) -> JobReport:
    """Check every tile of a release and write its mask.

    The result is a data root of its own: `json/ID.json`, copied; `imgs/ID.jpg`, a link into the
    release; `mask/ID.png` with class indices, drawn from the JSON, for tools that need files;
    the manifests, with relative paths; `prepare.json` with the options. A run that was killed is
    finished by a second one.

    Broken tiles are in the report. Manifests are written if there are none, or if they are
    skipped.

    Args:
        release: Folder with `imgs/`, `json/` and at least one manifest.
        out: Another folder.
        taxonomy: Classes of the masks.
        width_px: Width of the lines in the masks.
        processes: How many tiles are worked on at once.
        skip_broken: Leave broken tiles out of the manifests instead of writing none.

    Raises:
        AnnotationError: If a manifest is broken.
        ValueError: If `out` is the release, or was prepared with other options.
        FileNotFoundError: If the release has no manifest.
    """
    release, out = Path(release).resolve(), Path(out).resolve()
    Taxonomy.named(taxonomy)
    _check_out(release, out, {'taxonomy': taxonomy, 'width_px': width_px, 'release': str(release)})
    sides = {name: read_manifest(release / name) for name in MANIFESTS if (release / name).exists()}
    if not sides:
        raise FileNotFoundError(f'{release} holds none of {MANIFESTS}; needed is an AEL release')
    tiles = list(dict.fromkeys(tile for side in sides.values() for tile in side))
    images = find_images(release / 'imgs', [image for image, _ in tiles])
    jobs = [
        FileJob(
            (release / 'json' / annotation, release / 'imgs' / (there or image)),
            (out / 'json' / annotation, out / 'mask' / f'{Path(image).stem}.png'),
        )
        for (image, annotation), there in zip(tiles, images, strict=True)
    ]
    work = partial(_prepare, taxonomy=taxonomy, width_px=width_px)
    report = run_file_jobs(work, jobs, processes=processes, title='AEL')
    if skip_broken or not report.broken:
        broken = {job for job, _ in report.broken}
        usable = {job.sources[1].stem: job.sources[1].name for job in jobs if job not in broken}
        for name, side in sides.items():
            ids = [Path(image).stem for image, _ in side]
            write_manifest(out / name, [one for one in ids if one in usable], images=usable)
    return report


def _check_out(release: Path, out: Path, options: dict[str, object]) -> None:
    """Refuse a folder that something else is in; note the options otherwise."""
    if out == release:
        raise ValueError(
            f'{out} is the release itself; its manifests stay as they are: name another'
        )
    claim_folder(out, options)


def _prepare(job: FileJob, *, taxonomy: str, width_px: float) -> None:
    """Check one tile, link its image, copy its annotation, draw its mask."""
    source, image = job.sources
    city_of(image.stem)
    annotation = TileAnnotation.read(source)
    read_image(image, size_wh=annotation.size_wh)
    copy, mask_path = job.outputs
    link = copy.parent.parent / 'imgs' / image.name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(os.path.relpath(image, link.parent))
    write_atomically(copy, source.read_bytes())
    mask = draw_mask(
        annotation.lanes, annotation.size_wh[::-1], Taxonomy.named(taxonomy), width_px=width_px
    )
    write_image(mask_path, mask)
