"""Compare variants of a config over folds and seeds; stopped, it goes on where it was.

python tools/ablate.py SPEC [--jobs N] [--out DIR] [--table]

SPEC is a Python file as in configs/ablations; the results are one JSON line each in
OUT/results.jsonl, the table is OUT/table.md.
"""

import argparse
import sys
from pathlib import Path

from lanedet_mm.experiments import AblationSpec, ResultLog, result_table, run_ablation


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description='Compare variants of a config.')
    parser.add_argument('spec', type=Path)
    parser.add_argument('--jobs', type=int, default=1, help='runs at a time')
    parser.add_argument('--out', type=Path, help='default work_dirs/ablations/<spec>')
    parser.add_argument('--table', action='store_true', help='only write the table')
    return parser.parse_args()


def main() -> None:
    """Run what is missing, then write the table."""
    args = parse_args()
    spec = AblationSpec.read(args.spec)
    out = args.out or Path('work_dirs/ablations') / args.spec.stem
    log, runs = ResultLog(out / 'results.jsonl'), spec.runs()
    failed = []
    if not args.table:
        for run, record in run_ablation(runs, log, work_dir=out, jobs=args.jobs):
            if record is None:
                failed.append(run)
                print(f'{run.name}: failed, see {out / run.name / "run.log"}', flush=True)
            else:
                first = spec.metrics[0]
                score = record['scores'].get(first, float('nan'))
                print(f'{run.name}: {first} {score:.2f}, {record["seconds"]:.0f} s', flush=True)
    keys = {run.key for run in runs}
    records = [record for record in log.read() if record['key'] in keys]
    table = result_table(records, spec.metrics)
    (out / 'table.md').write_text(table)
    print(f'\n{table}\n{len(records)} of {len(runs)} runs, {out / "table.md"}')
    if failed:
        sys.exit(f'{len(failed)} runs failed')


if __name__ == '__main__':
    main()
