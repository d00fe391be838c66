import math

import pytest

from lanedet_mm.deploy.timing.case_times import CaseTimes
from lanedet_mm.deploy.timing.timed_case import TimedCase

CASE = TimedCase('student', 'onnxruntime', ('a.onnx',), 500, 8, 2)


def test_figures_follow_from_the_runs() -> None:
    """8 windows of 0.25 megapixels in 40 ms: 200 a second, 50 megapixels a second."""
    one = CaseTimes(
        CASE,
        network_ms=list(range(101)),
        network_cpu_ms=[30, 10, 20],
        whole_ms=[39, 41, 40, 1000, 38],
    )
    assert (one.median_ms, one.p95_ms) == (50, 95)
    assert (one.median_cpu_ms, one.median_whole_ms) == (20, 40)
    assert one.tiles_per_s == pytest.approx(200)
    assert one.megapixels_per_s == pytest.approx(50)


def test_a_case_that_failed_has_no_figures() -> None:
    one = CaseTimes(CASE, error='no memory')
    figures = (one.median_ms, one.p95_ms, one.median_cpu_ms, one.tiles_per_s, one.load_ms)
    assert all(math.isnan(value) for value in figures)
