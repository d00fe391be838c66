"""Compare variants of a config over folds and seeds; stopped, it goes on where it was.

    python tools/ablate.py SPEC [--jobs N] [--out DIR] [--table] [--against VARIANT]
                                [--only VARIANT ...] [--seeds N ...] [--processes N]
    python tools/ablate.py SPEC --ray [ADDRESS] [--cpus N] [--gpus N] [--processes N]

SPEC is a Python file as in configs/ablations; the results are one JSON line each in
OUT/results.jsonl. OUT/table.md has the mean and spread of each variant, and what it adds to the
first variant, or to another one, run by run. What variants start from and the spec says how to
make (a teacher, a pretraining) is made first. With --ray the runs go to the machines of a Ray
cluster (`ray start --head`, on the others `ray start --address=...`), which share the folder that
this is called in, the data and OUT.
"""

import argparse
import subprocess
import sys
from collections.abc import Collection, Sequence
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
    parser.add_argument('--only', nargs='+', default=[], metavar='VARIANT', help='run no others')
    parser.add_argument('--seeds', type=int, nargs='+', help='run these of the spec, no others')
    parser.add_argument(
        '--jobs', type=int, default=1, help='runs at a time on this machine, and starts before them'
    )
    parser.add_argument(
        '--processes', type=int, default=1, help='that train a run and share its batch: its GPUs'
    )
    parser.add_argument(
        '--ray',
        nargs='?',
        const='',
        metavar='ADDRESS',
        help='run on a Ray cluster; without ADDRESS that of RAY_ADDRESS, or this machine alone',
    )
    parser.add_argument('--cpus', type=float, default=1, help='with --ray: cores of a run')
    parser.add_argument('--gpus', type=float, default=0, help='with --ray: GPUs of a run')
    args = parser.parse_args(argv)
    for name in ('jobs', 'processes'):
        if getattr(args, name) < 1:
            parser.error(f'--{name} {getattr(args, name)}: needed is 1 or more')
    return args


def executor(args: argparse.Namespace) -> Execute:
    """What does the runs: threads that start processes here, or a Ray cluster."""
    if args.ray is None:
        return partial(run_in_threads, jobs=args.jobs)
    return partial(run_on_ray, address=args.ray or None, cpus=args.cpus, gpus=args.gpus)


def refuse_unknown(kind: str, wanted: Sequence[object], known: Collection[object]) -> None:
    """Stop at a name that the spec does not have."""
    unknown = [name for name in wanted if name not in known]
    if unknown:
        sys.exit(f'no {kind} {unknown[0]!r} in the spec; it has {", ".join(map(str, known))}')


def run_missing(args: argparse.Namespace, spec: AblationSpec, log: ResultLog, out: Path) -> int:
    """Run what is wanted and not in the log; gives the number of runs that failed."""
    variants, seeds = args.only or spec.variants, args.seeds or spec.seeds
    runs = [run for run in spec.runs() if run.variant in variants and run.seed in seeds]
    failed = 0
    ended = run_ablation(
        runs,
        log,
        out=out,
        prepare=spec.prepare,
        execute=executor(args),
        processes=args.processes,
        jobs=args.jobs,
    )
    for run, record in ended:
        if record is None:
            failed += 1
            print(f'{run.name}: failed, see {out / run.name / "run.log"}', flush=True)
        else:
            score = record['scores'].get(spec.metrics[0], float('nan'))
            took = f'{record["seconds"]:.0f} s'
            print(f'{run.name}: {spec.metrics[0]} {score:.2f}, {took}', flush=True)
    return failed


def main(argv: list[str] | None = None) -> None:
    """Run what is missing, then write the table."""
    args = parse_args(argv)
    spec = AblationSpec.read(args.spec)
    against = args.against or next(iter(spec.variants))
    refuse_unknown('variant', [*args.only, against], spec.variants)
    refuse_unknown('seed', args.seeds or [], spec.seeds)
    out = args.out or Path('work_dirs/ablations') / args.spec.stem
    log = ResultLog(out / 'results.jsonl')
    try:
        failed = 0 if args.table else run_missing(args, spec, log, out)
    except (subprocess.CalledProcessError, FileNotFoundError) as error:
        sys.exit(f'error: {error}')
    runs = spec.runs()
    keys = {run.key for run in runs}
    records = [record for record in log.read() if record['key'] in keys]
    differences = difference_table(records, spec.metrics, against=against)
    table = '\n'.join(filter(None, [result_table(records, spec.metrics), differences]))
    out.mkdir(parents=True, exist_ok=True)
    (out / 'table.md').write_text(table)
    print(f'\n{table}\n{len(records)} of {len(runs)} runs, {out / "table.md"}')
    if failed:
        sys.exit(f'{failed} runs failed')


if __name__ == '__main__':
    main()
