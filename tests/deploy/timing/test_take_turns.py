from typing import Any, Self

import pytest

from lanedet_mm.deploy.timing import take_turns
from lanedet_mm.deploy.timing.timed_case import TimedCase

CALLS: list[str] = []


class FakeWorker:
    """Notes what is asked of it; `broken` fails at its second turn."""

    def __init__(self, case: TimedCase) -> None:
        self.case, self.error, self.count = case, None, 0
        self.loaded = {'load_ms': 5.0, 'version': 'fake 1'}
        CALLS.append(f'open {case.name}')

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        CALLS.append(f'close {self.case.name}')

    def run(self, runs: int) -> dict[str, Any] | None:
        CALLS.append(f'{self.case.name} {runs}')
        self.count += 1
        if self.case.name == 'broken' and self.count == 3:
            self.error = 'no memory'
        if self.error:
            return None
        values = [float(self.count)] * runs
        return {
            'network': {'wall_ms': values, 'cpu_ms': [2 * one for one in values]},
            'whole': {'wall_ms': [3 * one for one in values], 'cpu_ms': values},
        }

    def finish(self) -> float:
        return 100.0


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    CALLS.clear()
    monkeypatch.setattr(take_turns, 'WorkerProcess', FakeWorker)
    monkeypatch.setattr(take_turns, 'PAUSE_S', 0)


def case_of(name: str, size_px: int = 256) -> TimedCase:
    return TimedCase(name, 'onnxruntime', (), size_px, 1, 1)


def test_cases_of_a_shape_take_turns_and_shapes_follow_each_other() -> None:
    cases = [case_of('a'), case_of('b'), case_of('large', 512)]
    found = list(take_turns.time_cases(cases, turns=2, runs=2, warm_up=1))
    assert [
        *('open a', 'open b', 'a 1', 'b 1', 'a 2', 'b 2', 'a 2', 'b 2', 'close b', 'close a'),
        *('open large', 'large 1', 'large 2', 'large 2', 'close large'),
    ] == CALLS
    assert [one.case for one in found] == cases
    # Turns 2 and 3 of each, since the first warms up.
    assert found[0].network_ms == [2, 2, 3, 3] and found[0].network_cpu_ms == [4, 4, 6, 6]
    assert found[0].whole_ms == [6, 6, 9, 9]
    assert (found[0].load_ms, found[0].peak_mib, found[0].version) == (5.0, 100.0, 'fake 1')


def test_one_that_fails_leaves_the_others_their_turns() -> None:
    found = list(take_turns.time_cases([case_of('broken'), case_of('b')], turns=3, runs=1))
    assert (found[0].error, list(found[0].network_ms)) == ('no memory', [])
    assert found[1].error is None and found[1].network_ms == [2, 3, 4]
