"""A case's process, seen from the one that asks."""

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
from typing import Any, Self

from lanedet_mm.deploy.timing.timed_case import TimedCase

MODULE = 'lanedet_mm.deploy.timing.case_worker'


class WorkerProcess:
    """Starts a case's process and asks it for runs; it ends with the `with` block.

    Args:
        case: What it runs.

    Attributes:
        loaded: `load_ms` and `version`; None if it failed.
        error: Why it failed; None as long as it has not.
    """

    def __init__(self, case: TimedCase) -> None:
        # Threads that spin while they wait take the core from the case whose turn it is.
        environment = {
            **os.environ,
            'OMP_NUM_THREADS': str(case.threads),
            'OMP_WAIT_POLICY': 'PASSIVE',
        }
        self.error: str | None = None
        self.process = subprocess.Popen(
            [sys.executable, '-m', MODULE, json.dumps(dataclasses.asdict(case))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        self.loaded = self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):  # what it did not live to read
                    pipe.close()

    def run(self, runs: int) -> dict[str, Any] | None:
        """Times of some runs, by 'network' and 'whole'; None if it has failed."""
        if self.error is not None or self.process.stdin is None:
            return None
        with contextlib.suppress(BrokenPipeError):  # it says why, or its status does
            self.process.stdin.write(f'{runs}\n')
            self.process.stdin.flush()
        return self._answer()

    def finish(self) -> float | None:
        """End it; gives its peak memory in MiB where that is known."""
        if self.error is not None or self.process.stdin is None:
            return None
        self.process.stdin.close()
        found = self._answer()
        self.process.wait()
        return None if found is None else found['peak_mib']

    def _answer(self) -> dict[str, Any] | None:
        """Its next line; None, and `error`, if it is the last."""
        line = self.process.stdout.readline() if self.process.stdout else ''
        if not line:
            self.error = f'the process ended with status {self.process.wait()}'
            if self.process.returncode == -9:
                self.error += ', probably for want of memory'
            return None
        found: dict[str, Any] = json.loads(line)
        self.error = found.get('error')
        return None if self.error is not None else found
