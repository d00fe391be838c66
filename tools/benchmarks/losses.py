"""Time our losses against PyTorch's cross entropy and mmseg's pixel sampler, in one run.

    python tools/benchmarks/losses.py
    python tools/benchmarks/losses.py --shape 8 3 512 512 --repeats 9 --threads 2

Forward and backward of random logits in which a tenth of the pixels is ignored; all take turns,
and the median counts. `hard` logits leave more hard pixels than the least number, `easy` ones
next to none, so that the hardest have to be looked for. Peak memory is what a process of its own
gains in one step of the hard logits. Prints a table in Markdown.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import torch
import torch.nn.functional as F
from mmengine.registry import init_default_scope
from mmseg.models.losses import CrossEntropyLoss, LovaszLoss
from mmseg.structures import OHEMPixelSampler
from torch import Tensor

from lanedet_mm.models.losses import (
    DiceFocalLoss,
    LaneBoundaryLoss,
    LovaszSoftmaxLoss,
    OHEMCrossEntropyLoss,
    PremiumLoss,
    SmoothnessLoss,
)

Loss = Callable[[Tensor, Tensor], Tensor]
PLAIN, SAMPLER = 'cross entropy (PyTorch)', "cross entropy with mmseg's OHEMPixelSampler"
IGNORED = 255


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--shape', type=int, nargs=4, default=(8, 3, 512, 512), metavar='N')
    parser.add_argument('--repeats', type=int, default=7, help='turns that count')
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--peak', metavar='LOSS', help='print the peak MiB of this loss alone')
    parser.add_argument('--no-memory', action='store_true', help='leave the column of memory empty')
    return parser.parse_args(argv)


def losses() -> dict[str, Loss]:
    """Every loss by its name, the two that are compared with first."""
    init_default_scope('lanedet_mm')
    entropy = CrossEntropyLoss(avg_non_ignore=True)
    sampler = OHEMPixelSampler(
        SimpleNamespace(ignore_index=IGNORED, loss_decode=entropy), thresh=0.5, min_kept=128
    )
    lovasz = LovaszLoss(reduction='none')

    def sampled(logits: Tensor, label: Tensor) -> Tensor:
        weight = sampler.sample(logits, label.unsqueeze(1))
        return entropy(logits, label, weight=weight, ignore_index=IGNORED)

    return {
        PLAIN: lambda logits, label: F.cross_entropy(logits, label, ignore_index=IGNORED),
        SAMPLER: sampled,
        'OHEMCrossEntropyLoss': OHEMCrossEntropyLoss(),
        'OHEMCrossEntropyLoss, per image': OHEMCrossEntropyLoss(per_image=True, min_kept=128),
        'DiceFocalLoss': DiceFocalLoss(),
        'PremiumLoss': PremiumLoss(),
        'LovaszSoftmaxLoss': LovaszSoftmaxLoss(),
        "mmseg's LovaszLoss": lambda logits, label: lovasz(logits, label, ignore_index=IGNORED),
        'LaneBoundaryLoss': LaneBoundaryLoss(),
        'SmoothnessLoss': SmoothnessLoss(),
    }


def make_batch(shape: tuple[int, ...], *, easy: bool) -> tuple[Tensor, Tensor]:
    """Logits and labels."""
    generator = torch.Generator().manual_seed(0)
    batch, classes, height, width = shape
    logits = torch.randn(*shape, generator=generator)
    label = torch.randint(0, classes, (batch, height, width), generator=generator)
    if easy:
        logits += 12 * F.one_hot(label, classes).permute(0, 3, 1, 2)
    label[torch.rand(label.shape, generator=generator) < 0.1] = IGNORED
    return logits, label


def step(loss: Loss, logits: Tensor, label: Tensor) -> float:
    """Seconds of forward and backward."""
    leaf = logits.clone().requires_grad_()
    begin = time.perf_counter()
    loss(leaf, label).backward()
    return time.perf_counter() - begin


def take_turns(args: argparse.Namespace, *, easy: bool) -> dict[str, float]:
    """Median milliseconds of each; the first turn warms up."""
    logits, label = make_batch(args.shape, easy=easy)
    seconds: dict[str, list[float]] = {name: [] for name in losses()}
    for _ in range(args.repeats + 1):
        for name, loss in losses().items():
            seconds[name].append(step(loss, logits, label))
    return {name: 1e3 * statistics.median(values[1:]) for name, values in seconds.items()}


def peak_mib(loss: Loss, shape: tuple[int, ...]) -> float:
    """What a step adds to this process's largest size; Linux alone tells it."""
    step(loss, *make_batch((1, shape[1], 32, 32), easy=False))
    logits, label = make_batch(shape, easy=False)
    before = _status_mib('VmRSS')
    Path('/proc/self/clear_refs').write_text('5')  # the largest size so far starts anew
    step(loss, logits, label)
    return _status_mib('VmHWM') - before


def _status_mib(key: str) -> float:
    lines = Path('/proc/self/status').read_text().splitlines()
    (line,) = [one for one in lines if one.startswith(f'{key}:')]
    return int(line.split()[1]) / 1024


def measure_peak(name: str, argv: list[str]) -> str:
    """Peak memory from a process of its own: what one has freed would hide in the next one's."""
    command = [sys.executable, __file__, *argv, '--peak', name]
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return ended.stdout.splitlines()[-1]


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    args = parse_args(argv)
    torch.set_num_threads(args.threads)
    if args.peak:
        print(f'{peak_mib(losses()[args.peak], args.shape):.0f}')
        return
    hard, easy = take_turns(args, easy=False), take_turns(args, easy=True)
    print(f'{tuple(args.shape)}, {args.threads} threads, PyTorch {torch.__version__}\n')
    print(
        '| loss | hard, ms | against cross entropy | against the sampler '
        '| easy, ms | against cross entropy | against the sampler | peak memory, MiB |'
    )
    print('|---|---:|---:|---:|---:|---:|---:|---:|')
    arguments = sys.argv[1:] if argv is None else argv
    for name in hard:
        peak = '' if args.no_memory else measure_peak(name, arguments)
        cells = ' | '.join(
            f'{ms[name]:.1f} | {ms[name] / ms[PLAIN]:.2f} | {ms[SAMPLER] / ms[name]:.1f}'
            for ms in (hard, easy)
        )
        print(f'| {name} | {cells} | {peak} |')


if __name__ == '__main__':
    main()
