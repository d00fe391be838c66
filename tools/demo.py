"""The whole chain on two cores: render, split, train, test, export, predict, draw.

python tools/demo.py [--out work_dirs/demo] [--steps N] [--tiles-per-city N]

Every step is one of the other tools and is printed before it runs. Stopped, the demo goes on where
it was. N is 600 steps of training; 200 where there are no instructions for bfloat16 and steps take
longer.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

from lanedet_mm.datasets import AELDataset
from lanedet_mm.engine.native_bfloat16 import has_native_bfloat16
from lanedet_mm.evaluation.confusion import confusion_matrix, score_confusion
from lanedet_mm.imagery import read_image, write_image
from lanedet_mm.lanes import Taxonomy, TileAnnotation, draw_mask
from lanedet_mm.visualization.triptych import triptych

TOOLS = Path(__file__).parent
CONFIG = 'configs/demo/ohem_premium.py'
TEST_CITY, VAL_CITY = 'sao_paulo', 'nevada'
STEPS, STEPS_IN_FLOAT32, WARM_UP = 600, 200, 50
SCENE_PX, SCENE_GSD_M, SCENE_SEED = 2048, 0.15, 1000


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description='Run the whole chain at the size of two cores.')
    parser.add_argument('--out', type=Path, default=Path('work_dirs/demo'))
    parser.add_argument('--steps', type=int, help='of training, at least 2')
    parser.add_argument('--tiles-per-city', type=int, default=60)
    args = parser.parse_args(argv)
    if args.steps is not None and args.steps < 2:
        parser.error(f'--steps {args.steps}: a warm-up and a training take at least 2')
    return args


def step(title: str, script: str, *arguments: object) -> None:
    """Print a command, run it, and stop with it where it fails."""
    command = ['tools/' + script, *map(str, arguments)]
    print(f'\n== {title}\n$ python {shlex.join(command)}', flush=True)
    start = time.monotonic()
    # Threads that spin while they wait take the core from the one that they wait for.
    environment = {'OMP_WAIT_POLICY': 'PASSIVE', **os.environ, 'PYTHONPATH': str(TOOLS.parent)}
    ended = subprocess.run(
        [sys.executable, str(TOOLS / script), *command[1:]], env=environment, check=False
    )
    if ended.returncode:
        sys.exit(f'{title} failed with status {ended.returncode}; what it says stands above')
    print(f'   {time.monotonic() - start:.0f} s')


def schedule(steps: int) -> list[str]:
    """Options that end a training, its warm-up and its cosine after so many steps."""
    warm_up = min(WARM_UP, steps // 2)
    return [
        f'train_cfg.max_iters={steps}',
        f'param_scheduler.0.end={warm_up}',
        f'param_scheduler.1.begin={warm_up}',
        f'param_scheduler.1.end={steps}',
    ]


def painted_everywhere(data_root: Path, manifest: str) -> float:
    """Best lane IoU in percent of a model that paints every pixel with one class."""
    dataset = AELDataset(data_root=str(data_root), manifest=manifest, pipeline=[], test_mode=True)
    taxonomy = Taxonomy.named('white')
    total = np.zeros((3, 3), np.int64)
    for index in range(len(dataset)):
        annotation: TileAnnotation = dataset.get_data_info(index)['annotation']
        truth = draw_mask(annotation.lanes, annotation.size_wh[::-1], taxonomy)
        total += confusion_matrix(np.zeros_like(truth), truth, 3)
    painted = (np.outer(total.sum(1), np.eye(3, dtype=np.int64)[k]) for k in (1, 2))
    return 100 * max(score_confusion(matrix).lane_iou for matrix in painted)


def draw_scene(scene: Path, predicted: Path, out: Path) -> None:
    """Image, truth, prediction and errors of the middle of the scene."""
    name = next((scene / 'json').glob('*.json')).stem
    annotation = TileAnnotation.read(scene / 'json' / f'{name}.json')
    taxonomy = Taxonomy.named('white')
    middle = slice(SCENE_PX // 4, SCENE_PX * 3 // 4)
    truth = draw_mask(annotation.lanes, (SCENE_PX, SCENE_PX), taxonomy)
    mask = np.asarray(Image.open(predicted / 'masks' / f'{name}.png'))
    picture = triptych(
        read_image(scene / 'imgs' / f'{name}.jpg')[middle, middle],
        truth[middle, middle],
        mask[middle, middle],
        classes=taxonomy.classes,
        palette=taxonomy.palette,
        title=f'{TEST_CITY}: a city that the model has never seen',
        ground_gsd_m=annotation.ground_gsd_m,
    )
    write_image(out, picture)


def main(argv: list[str] | None = None) -> None:
    """Run every step, then print the table and where the picture is."""
    args = parse_args(argv)
    start = time.monotonic()
    data, scene, predicted = args.out / 'data', args.out / 'scene', args.out / 'predicted'
    split = f'splits/loco_{TEST_CITY}'
    steps = args.steps
    if steps is None:
        steps = STEPS if has_native_bfloat16() else STEPS_IN_FLOAT32
        if steps < STEPS:
            print(
                f'There is no bfloat16 here: {steps} steps of training; --steps {STEPS} is better'
            )
    # A schedule has its length: more steps are another training.
    here = ('--work-dir', args.out / f'train_{steps}', '--data-root', data, '--split', split)
    step(
        'Render tiles of seven cities', 'render_tiles.py', 'networks', data,
        '--tiles-per-city', args.tiles_per_city, '--processes', os.cpu_count() or 1,
    )  # fmt: skip
    step(
        'Split by city', 'split_data.py', 'leave-one-city-out', data,
        '--test-city', TEST_CITY, '--val-city', VAL_CITY,
    )  # fmt: skip
    step('Train', 'train.py', CONFIG, *here, '--resume', '--cfg-options', *schedule(steps))
    scores = args.out / 'scores.json'
    step(f'Test on {TEST_CITY}', 'test.py', CONFIG, *here, '--eval', 'mIoU', '--out', scores)
    step(
        'Export', 'deploy.py', 'configs/deploy/onnxruntime_dynamic.py', CONFIG, *here,
        '--out', args.out,
    )  # fmt: skip
    step(
        'Render one large scene', 'render_tiles.py', 'networks', scene, '--cities', TEST_CITY,
        '--tiles-per-city', 1, '--size', SCENE_PX, '--gsd', SCENE_GSD_M, SCENE_GSD_M,
        '--seed', SCENE_SEED,
    )  # fmt: skip
    model = args.out / 'model.onnx'
    step('Predict it', 'predict.py', scene / 'imgs', '--model', model, '--out', predicted)
    picture = args.out / 'picture.png'
    draw_scene(scene, predicted, picture)
    figures = json.loads(scores.read_text())
    painted = painted_everywhere(data, f'{split}/test_data.json')
    rows = {
        'lane IoU': figures['lane_iou'],
        '  if nothing were painted': 0.0,
        '  if everything were painted': painted,
        'white solid': figures['iou_white_solid'],
        'white dashed': figures['iou_white_dashed'],
        'mIoU': figures['mIoU'],
    }
    print(f'\n{TEST_CITY}, never seen in training, in percent')
    print('\n'.join(f'  {name:28s} {value:6.2f}' for name, value in rows.items()))
    print(f'\n{model}\n{picture}\n{(time.monotonic() - start) / 60:.1f} minutes')


if __name__ == '__main__':
    main()
