"""Compare variants of a config over folds and seeds; stopped, it goes on where it was.

    python tools/ablate.py SPEC [--jobs N] [--out DIR] [--table] [--against VARIANT]
    python tools/ablate.py SPEC --ray [ADDRESS] [--cpus N] [--gpus N]

SPEC is a Python file as in configs/ablations; the results are one JSON line each in
OUT/results.jsonl. OUT/table.md has the mean and spread of each variant, and what it adds to the
first variant, or to another one, run by run. With --ray the runs go to the machines of a Ray
cluster (`ray start --head`, on the others `ray start --address=...`), which share the folder that
this is called in, the data and OUT.
"""

import argparse
import sys
from functools import partial
from pathlib import Path

from lanedet_mm.experiments import (
    AblationSpec,
    Execute,
    ResultLog,
    difference_table,
    result_table,
    run_ablation,
    run_in_threads,
    run_on_ray,
)


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('spec', type=Path)
    parser.add_argument('--out', type=Path, help='default work_dirs/ablations/<spec>')
    parser.add_argument('--table', action='store_true', help='only write the table')
    parser.add_argument('--against', help='variant that the others are compared with')
    parser.add_argument('--jobs', type=int, default=1, help='runs at a time on this machine')
    parser.add_argument(
        '--ray',
        nargs='?',
        const='',
        metavar='ADDRESS',
        help='run on a Ray cluster; without ADDRESS that of RAY_ADDRESS, or this machine alone',
    )
    parser.add_argument('--cpus', type=float, default=1, help='with --ray: cores of a run')
    parser.add_argument('--gpus', type=float, default=0, help='with --ray: GPUs of a run')
    return parser.parse_args(argv)


def executor(args: argparse.Namespace) -> Execute:
    """What does the runs: threads that start processes here, or a Ray cluster."""
    if args.ray is None:
        return partial(run_in_threads, jobs=args.jobs)
    return partial(run_on_ray, address=args.ray or None, cpus=args.cpus, gpus=args.gpus)


def main(argv: list[str] | None = None) -> None:
    """Run what is missing, then write the table."""
    args = parse_args(argv)
    spec = AblationSpec.read(args.spec)
    if args.against not in (None, *spec.variants):
        sys.exit(f'no variant {args.against!r} in {args.spec}; it has {", ".join(spec.variants)}')
    out = args.out or Path('work_dirs/ablations') / args.spec.stem
    log, runs = ResultLog(out / 'results.jsonl'), spec.runs()
    failed, first = 0, spec.metrics[0]
    todo = [] if args.table else runs
    for run, record in run_ablation(todo, log, out=out, execute=executor(args)):
        if record is None:
            failed += 1
            print(f'{run.name}: failed, see {out / run.name / "run.log"}', flush=True)
        else:
            score = record['scores'].get(first, float('nan'))
            print(f'{run.name}: {first} {score:.2f}, {record["seconds"]:.0f} s', flush=True)
    keys = {run.key for run in runs}
    records = [record for record in log.read() if record['key'] in keys]
    against = args.against or next(iter(spec.variants))
    differences = difference_table(records, spec.metrics, against=against)
    table = '\n'.join(filter(None, [result_table(records, spec.metrics), differences]))
    out.mkdir(parents=True, exist_ok=True)
    (out / 'table.md').write_text(table)
    print(f'\n{table}\n{len(records)} of {len(runs)} runs, {out / "table.md"}')
    if failed:
        sys.exit(f'{failed} runs failed')


if __name__ == '__main__':
    main()
