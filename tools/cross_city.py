"""Leave one city out: train the models that are missing, and score each on its unseen city.

    python tools/cross_city.py configs/ablations/leave_one_city_out.py [--jobs N] [--out DIR]
    python tools/cross_city.py EVALUATION... --out DIR

SPEC is an ablation as tools/ablate.py takes it, with a fold for each city and a scorer that calls
tools/evaluate.py with --out {work_dir}/evaluation; stopped, it goes on where it was. EVALUATION are
folders that tools/evaluate.py has written for one model a city. DIR gets table.md and, for each
model, scores.json, scores.csv and report.html over all cities.
"""

import argparse
import subprocess
import sys
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import Any

from lanedet_mm.evaluation.cross_city import cross_city_table, merge_evaluations
from lanedet_mm.evaluation.report.write_report import write_report
from lanedet_mm.evaluation.score_files import write_scores
from lanedet_mm.evaluation.score_records import score_records
from lanedet_mm.experiments import AblationSpec, ResultLog, run_ablation, run_in_threads

EVALUATION = 'evaluation'


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('source', nargs='+', type=Path, metavar='SPEC | EVALUATION')
    parser.add_argument('--out', type=Path, help='default work_dirs/ablations/<spec>')
    parser.add_argument('--jobs', type=int, default=1, help='runs at a time')
    parser.add_argument('--resamples', type=int, default=1000, help='of the intervals; 0: none')
    args = parser.parse_args(argv)
    args.is_spec = len(args.source) == 1 and args.source[0].suffix == '.py'
    if not args.is_spec and args.out is None:
        parser.error('give --out with folders of evaluations')
    return args


def train_and_evaluate(spec_path: Path, out: Path, jobs: int) -> dict[str, list[Path]]:
    """Run what is missing; gives the evaluations of each variant and seed that has all folds."""
    spec = AblationSpec.read(spec_path)
    runs, log = spec.runs(), ResultLog(out / 'results.jsonl')
    execute = partial(run_in_threads, jobs=jobs)
    for run, record in run_ablation(runs, log, out=out, prepare=spec.prepare, execute=execute):
        state = f'{record["seconds"]:.0f} s' if record else f'failed, see {out / run.name}/run.log'
        print(f'{run.name}: {state}', flush=True)
    done = {record['key'] for record in log.read()}
    found: dict[str, list[Path]] = defaultdict(list)
    for run in runs:
        if run.key in done:
            found[f'{run.variant}-{run.seed}'].append(out / run.name / EVALUATION)
    return {name: folders for name, folders in found.items() if len(folders) == len(spec.folds)}


def score(folders: list[Path], out: Path, name: str, resamples: int) -> dict[str, Any]:
    """Merge evaluations and write their tables and report."""
    records = merge_evaluations(folders)
    scores = score_records(records, resamples=resamples)
    write_scores(out, scores)
    write_report(out, records=records, scores=scores, title=f'{name}, unseen cities')
    return scores


def main(argv: list[str] | None = None) -> None:
    """Train, score and print the table."""
    args = parse_args(argv)
    out = args.out or Path('work_dirs/ablations') / args.source[0].stem
    try:
        if args.is_spec:
            models = train_and_evaluate(args.source[0], out, args.jobs)
        else:
            models = {out.name: args.source}
        tables = {
            name: score(folders, out / 'cross_city' / name, name, args.resamples)
            for name, folders in models.items()
        }
    except (FileNotFoundError, ValueError, subprocess.CalledProcessError) as error:
        sys.exit(f'error: {error}')
    if not tables:
        sys.exit('error: no model has all of its cities; see the logs of the runs above')
    table = cross_city_table(tables)
    (out / 'table.md').write_text(f'{table}\n')
    print(f'{table}\n{out / "table.md"}')


if __name__ == '__main__':
    main()
