"""Train several configs one after the other: a teacher, then those that learn from it.

    python tools/train_chain.py CONFIG CONFIG ... [-- OPTIONS OF tools/train.py]
    python tools/train_chain.py configs/ohem_premium.py configs/distill_medium.py \
        configs/distill_mobilenetv2_chain.py -- --data-root data/ael --split splits/loco_glasgow

Each has its own work dir, where the next one's config looks for its weights. Stopped, it goes on
where it was; what is trained to its end is not trained again. A work dir of a training on other
tiles, or with another schedule, is refused: move it away. The first that fails ends the chain.
"""

import argparse
import subprocess
import sys
from pathlib import Path

TRAIN = Path(__file__).with_name('train.py')


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line; what stands behind `--` is for tools/train.py."""
    argv = sys.argv[1:] if argv is None else argv
    end = argv.index('--') if '--' in argv else len(argv)
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('configs', nargs='+', type=Path, metavar='CONFIG')
    args = parser.parse_args(argv[:end])
    args.options = argv[end + 1 :]
    if '--work-dir' in args.options:
        parser.error('one --work-dir for several trainings; each takes that of its config')
    return args


def main(argv: list[str] | None = None) -> None:
    """Train them."""
    args = parse_args(argv)
    missing = [str(path) for path in args.configs if not path.is_file()]
    if missing:
        sys.exit(f'no config {", ".join(missing)}; see `ls configs`')
    for number, path in enumerate(args.configs, start=1):
        print(f'{number} of {len(args.configs)}: {path}', flush=True)
        command = [sys.executable, str(TRAIN), str(path), *args.options, '--resume']
        status = subprocess.run(command, check=False).returncode
        if status:
            sys.exit(f'{path} failed with status {status}; the chain ends here')


if __name__ == '__main__':
    main()
