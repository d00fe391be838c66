"""What decides the records of an evaluation."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lanedet_mm.imagery import write_atomically
from lanedet_mm.inference.torch_model import read_checkpoint

FILE_NAME = 'run.json'


@dataclass(frozen=True)
class EvaluationRun:
    """A model, its windows and its tiles.

    Attributes:
        model: Files of the model.
        digests: SHA-256 of each file.
        model_bytes: Size of the weights, in the last file or beside it.
        data: Data set and manifest, or whatever else names the tiles.
        options: What else decides the predictions, such as windows.
    """

    model: tuple[str, ...]
    digests: tuple[str, ...]
    model_bytes: int
    data: dict[str, Any]
    options: dict[str, Any]

    @classmethod
    def of(
        cls, files: Sequence[Path | str], *, data: dict[str, Any], options: dict[str, Any]
    ) -> 'EvaluationRun':
        """The run of model files."""
        digests = tuple(hashlib.sha256(Path(file).read_bytes()).hexdigest() for file in files)
        return cls(
            tuple(str(file) for file in files),
            digests,
            _weight_bytes(Path(files[-1])),
            data,
            options,
        )

    @property
    def summary(self) -> str:
        """One line that differs where the predictions may."""
        decisive = (self.digests, self.data, self.options)
        return json.dumps(decisive, sort_keys=True, default=str)

    def claim(self, out: Path) -> None:
        """Make the folder of the records, or go on with the one that is there.

        Raises:
            ValueError: If it holds records of another run; says what differs.
        """
        there, mine = read_run(out), self._to_dict()
        if there is None:
            write_atomically(out / FILE_NAME, json.dumps(mine, indent=1).encode())
            return
        decisive = ('digests', 'data', 'options')
        differ = [key for key in decisive if there.get(key) != json.loads(json.dumps(mine[key]))]
        if differ:
            raise ValueError(
                f'{out} holds the evaluation of another run (other {", ".join(differ)}: '
                f'{there.get("model")} there); name another folder or delete this one'
            )

    def finish(self, out: Path, *, latency_ms: float) -> None:
        """Add what was measured on the way."""
        there = (read_run(out) or self._to_dict()) | {'latency_ms': round(latency_ms, 2)}
        write_atomically(out / FILE_NAME, json.dumps(there, indent=1).encode())

    def _to_dict(self) -> dict[str, Any]:
        return {
            'model': list(self.model),
            'digests': list(self.digests),
            'model_bytes': self.model_bytes,
            'data': self.data,
            'options': self.options,
        }


def digest(value: object) -> str:
    """SHA-256 of what JSON makes of a value; what JSON does not know counts by its text."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def read_run(out: Path) -> dict[str, Any] | None:
    """What `run.json` of a folder holds; None without one."""
    path = out / FILE_NAME
    return json.loads(path.read_bytes()) if path.is_file() else None


def _weight_bytes(file: Path) -> int:
    """Of a checkpoint without the optimizer's state, of OpenVINO's files the larger one."""
    if file.suffix == '.pth':
        return sum(weight.nbytes for weight in read_checkpoint(file)['state_dict'].values())
    return (file.with_suffix('.bin') if file.suffix == '.xml' else file).stat().st_size
