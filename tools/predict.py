"""Draw the lanes of one image, or of every image in a folder.

python tools/predict.py IMAGE|FOLDER --model X.onnx --out DIR [--gsd METRES]
python tools/predict.py IMAGE|FOLDER --model CONFIG CHECKPOINT --out DIR

X.engine and X.xml are taken as X.onnx is. Such a file says which windows it wants, and at which
ground metres per pixel; with --gsd, those of the images, they are scaled to the nearest of them.
A georeferenced TIFF says its own, and its mask is a TIFF that lies where it does.
"""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from lanedet_mm.deploy.open_model import open_model
from lanedet_mm.engine.keep_memory import keep_freed_memory
from lanedet_mm.imagery import GroundPlace
from lanedet_mm.inference.class_thresholds import ClassThresholds
from lanedet_mm.inference.flip_average import FlipAverage
from lanedet_mm.inference.lane_model import Image, LaneModel
from lanedet_mm.inference.predict_files import find_images, predict_files, prepare_out
from lanedet_mm.inference.sliding_window import ClassMap, SlidingWindow
from lanedet_mm.visualization.overlay import paint_classes

MOST_ENLARGED = 8  # times each side, unless the user says so


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description='Writes OUT/masks/NAME.png, class indices at the size of the image '
        '(NAME.tif, with its place, of a georeferenced TIFF), and OUT/overlays/NAME.jpg. Images '
        'that cannot be read are listed at the end.'
    )
    parser.add_argument('source', type=Path, metavar='IMAGE|FOLDER')
    parser.add_argument('--model', nargs='+', required=True, metavar='X.onnx | CONFIG CHECKPOINT')
    parser.add_argument('--out', type=Path, required=True, help='folder of the results')
    parser.add_argument('--tile', type=int, help="window in px; default the model's, at least 512")
    parser.add_argument(
        '--overlap', type=int, help="px that windows share; default the model's, or a quarter"
    )
    parser.add_argument('--batch', type=int, default=4, help='windows at once')
    parser.add_argument(
        '--device',
        help='cpu, cuda or cuda:1; default cuda for X.engine, and for a checkpoint where there is '
        'one, else cpu',
    )
    parser.add_argument('--scale', type=float, help='factor on the size before the model sees it')
    parser.add_argument(
        '--gsd',
        type=float,
        help="ground metres per pixel of the images; default a georeferenced TIFF's own, where "
        'the model says at which it was trained',
    )
    parser.add_argument(
        '--model-gsd',
        type=float,
        help="those to predict at; default the model's nearest to those of the images",
    )
    parser.add_argument(
        '--flips', action='store_true', help='average over flips and turns, at eight times the cost'
    )
    parser.add_argument(
        '--thresholds',
        nargs='+',
        metavar='CLASS=P',
        help='paint a lane class from this probability on, or P for all of them',
    )
    parser.add_argument('--resume', action='store_true', help='keep results that are there')
    args = parser.parse_args(argv)
    if args.scale is not None and (args.gsd is not None or args.model_gsd is not None):
        parser.error('give --gsd or --model-gsd or both, or --scale, or none of them')
    for name in ('scale', 'gsd', 'model_gsd'):
        value = getattr(args, name)
        if value is not None and value <= 0:
            parser.error(f'the {name} is {value}; it has to be above 0')
    return args


def default_tile(model: LaneModel) -> int:
    """The model's own window; larger where it takes any size, for fewer edges at the same cost."""
    if model.fixed_size and model.tile_px:
        return model.tile_px
    return max(model.tile_px or 0, 512)


def default_overlap(model: LaneModel, tile_px: int) -> int:
    """What the model says of its own windows; of others a quarter."""
    if model.overlap_px is not None and tile_px == model.tile_px:
        return model.overlap_px
    return tile_px // 4


def scale_to_model(model: LaneModel, gsd_m: float | None, model_gsd_m: float | None) -> float:
    """Factor on an image's size that brings it to what the model knows.

    Args:
        model: The model.
        gsd_m: Ground metres per pixel of the image; None leaves it as it is.
        model_gsd_m: Those to predict at; None takes the nearest that the model was trained on.
    """
    if gsd_m is None:
        return 1.0
    if model_gsd_m is None:
        if model.ground_gsd_m is None:
            raise ValueError(
                'the model does not say at which ground metres per pixel it was trained; give '
                '--model-gsd with --gsd'
            )
        low, high = model.ground_gsd_m
        model_gsd_m = min(max(gsd_m, low), high)
    return gsd_m / model_gsd_m


def scales_of_places(
    model: LaneModel, files: Sequence[Path], model_gsd_m: float | None
) -> dict[Path, float]:
    """Factors on the sizes of those images that say themselves where they lie; prints a line.

    Args:
        model: The model.
        files: Images.
        model_gsd_m: Ground metres per pixel to predict at, which needs those of every image; None
            takes the nearest that the model was trained on, and scales nothing where it does not
            say.

    Raises:
        ValueError: If one is so coarse that enlarging it would fill the memory and show no lane,
            or if one does not say what `model_gsd_m` needs.
    """
    if model.ground_gsd_m is None and model_gsd_m is None:
        return {}
    places = {file: GroundPlace.of(file) for file in files}
    gsds_m = {file: place.gsd_m for file, place in places.items() if place and place.gsd_m}
    silent = [file for file in files if file not in gsds_m]
    if silent and model_gsd_m is not None:
        raise ValueError(
            f'{len(silent)} of {len(files)} images do not say their ground metres per pixel, '
            f'{silent[0]} is the first; give --gsd with --model-gsd'
        )
    scales = {file: scale_to_model(model, gsd_m, model_gsd_m) for file, gsd_m in gsds_m.items()}
    for file, scale in scales.items():
        if scale > MOST_ENLARGED:
            raise ValueError(
                f'{file} has {gsds_m[file]:.3g} m per pixel, {scale:.3g} times what the model '
                'is to see; leave it out, or give --gsd, or --scale 1 to take it as it is'
            )
    if gsds_m:
        least, most = min(gsds_m.values()), max(gsds_m.values())
        print(
            f'{len(gsds_m)} of {len(files)} images say where they lie: their own {least:.3g} to '
            f'{most:.3g} m per pixel are taken as --gsd'
        )
    return scales


def overlay(image: Image, mask: ClassMap, *, model: LaneModel) -> Image:
    """The prediction over the image; in a large scene lines thicken to show on a screen."""
    thicken_px = max(mask.shape) // 2048
    return paint_classes(image, mask, model.palette, thicken_px=thicken_px, out=image)


def main(argv: list[str] | None = None) -> None:
    """Predict."""
    args = parse_args(argv)
    keep_freed_memory()
    try:
        files = find_images(args.source)
        model = open_model(args.model, device=args.device)
        tile_px = args.tile or default_tile(model)
        overlap_px = default_overlap(model, tile_px) if args.overlap is None else args.overlap
        limits = args.thresholds and ClassThresholds.read(args.thresholds, model.classes)
        windows = SlidingWindow(
            FlipAverage(model) if args.flips else model,
            tile_px=tile_px,
            overlap_px=overlap_px,
            batch=args.batch,
            thresholds=limits,
        )
        scale = args.scale or scale_to_model(model, args.gsd, args.model_gsd)
        is_told = args.scale is not None or args.gsd is not None
        own_scales = {} if is_told else scales_of_places(model, files, args.model_gsd)
        prepare_out(args.out, files)
    except (FileNotFoundError, ValueError, ImportError) as error:
        sys.exit(f'error: {error}')
    report = predict_files(
        windows,
        files,
        args.out,
        draw=partial(overlay, model=model),
        scale=scale,
        own_scales=own_scales,
        resume=args.resume,
    )
    print(f'{report.made} images predicted, {report.kept} there already: {args.out / "masks"}')
    if report.broken:
        lines = '\n  '.join(report.broken)
        sys.exit(f'error: {len(report.broken)} images could not be read:\n  {lines}')


if __name__ == '__main__':
    main()
