"""What a training logged, read from mmengine's scalars.json."""

import json
from pathlib import Path
from typing import Any

_NO_SCALARS = ('step', 'iter', 'epoch')

Scalars = dict[str, tuple[str, dict[int, float]]]  # unit, and values by step, of each scalar


def read_scalars(run: Path) -> Scalars:
    """Unit and values by step of every scalar that a training logged.

    The starts of a training that was resumed are read in their order; where two have the same step,
    the later one counts. Lines of training have an `iter`, those of validation only a `step`, which
    is an epoch where the run counts epochs. What both have, such as `time`, is training's.

    Args:
        run: Work folder of mmengine, with `<timestamp>/vis_data/scalars.json`.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If a line in the middle of one is not of mmengine.
    """
    files = sorted(run.glob('*/vis_data/scalars.json'))
    if not files:
        raise FileNotFoundError(
            f'{run} holds no */vis_data/scalars.json; needed is the work folder of a training that '
            'has logged, such as work_dirs/<config>'
        )
    lines = [line for file in files for line in _read_lines(file)]
    in_training = {key for line in lines if 'iter' in line for key in line}
    last_epoch = max((line['epoch'] for line in lines if 'epoch' in line), default=0)
    values: dict[str, dict[int, float]] = {}
    for line in lines:
        for key, value in line.items():
            is_scalar = isinstance(value, int | float) and key not in _NO_SCALARS
            if is_scalar and ('iter' in line or key not in in_training):
                values.setdefault(key, {})[line.get('iter', line['step'])] = float(value)
    by_epoch = {key for key in values if key not in in_training and max(values[key]) <= last_epoch}
    return {key: ('epoch' if key in by_epoch else 'iteration', of) for key, of in values.items()}


def _read_lines(path: Path) -> list[dict[str, Any]]:
    """Lines of a file; a last one that a kill cut short is left out."""
    lines = []
    texts = path.read_text().splitlines()
    for number, text in enumerate(texts, start=1):
        try:
            line = json.loads(text)
        except ValueError:
            line = None
        if isinstance(line, dict) and 'step' in line:
            lines.append(line)
        elif number < len(texts):
            raise ValueError(
                f'{path}, line {number}: {text[:40]!r}; needed is a JSON object with a step'
            )
    return lines
