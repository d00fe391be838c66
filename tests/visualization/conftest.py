import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

Line = dict[str, Any]


@pytest.fixture
def training() -> Callable[..., Line]:
    """A line as mmengine logs a training by iterations: `training(10, loss=1.5)`."""

    def line(step: int, **scalars: float) -> Line:
        return {**scalars, 'time': 0.2, 'iter': step, 'step': step}

    return line


@pytest.fixture
def write_run() -> Callable[..., Path]:
    """Write the scalars of a run into its folder, which is returned."""

    def write(run: Path, lines: Sequence[Line], *, start: str = '20260101_000000') -> Path:
        folder = run / start / 'vis_data'
        folder.mkdir(parents=True)
        text = ''.join(json.dumps(line) + '\n' for line in lines)
        (folder / 'scalars.json').write_text(text)
        return run

    return write
