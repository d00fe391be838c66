import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lanedet_mm.experiments import AblationRun, run_on_ray

RUNS = [AblationRun('config.py', 'base', 'all', seed) for seed in range(3)]
needs_ray = pytest.mark.skipif(
    importlib.util.find_spec('ray') is None,
    reason='Ray is not installed: python -m pip install -r requirements/ray.txt',
)


@pytest.fixture(scope='module')
def cluster() -> Iterator[None]:
    """One machine with two cores."""
    import ray

    with pytest.MonkeyPatch.context() as environment:
        environment.setenv('RAY_USAGE_STATS_ENABLED', '0')
        ray.init(
            num_cpus=2, num_gpus=0, include_dashboard=False, log_to_driver=False,
            object_store_memory=80 * 1024**2,
        )  # fmt: skip
        yield
        ray.shutdown()


def test_without_ray_the_pip_line_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, 'ray', None)
    with pytest.raises(ImportError, match=r'pip install -r requirements/ray\.txt'):
        list(run_on_ray(lambda run: None, RUNS))


@needs_ray
def test_every_run_once_in_the_folder_of_the_caller(
    cluster: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def work(run: AblationRun) -> dict[str, Any] | None:
        import os
        from pathlib import Path

        Path(f'{run.seed}.txt').write_text('here')
        return {'process': os.getpid()} if run.seed else None

    ended = {run.seed: record for run, record in run_on_ray(work, RUNS, cpus=2)}
    assert ended.keys() == {0, 1, 2}
    assert ended[0] is None
    assert ended[1] is not None
    assert sorted(path.name for path in tmp_path.iterdir()) == ['0.txt', '1.txt', '2.txt']


@needs_ray
def test_an_error_of_the_work_comes_out(cluster: None) -> None:
    def work(run: AblationRun) -> None:
        raise ZeroDivisionError(run.seed)

    with pytest.raises(ZeroDivisionError):
        list(run_on_ray(work, RUNS))


@needs_ray
def test_more_than_any_machine_has_is_refused_at_once(cluster: None) -> None:
    with pytest.raises(ValueError, match=r'takes 1 cores and 8 GPUs.*2 cores, 0 GPUs'):
        list(run_on_ray(lambda run: None, RUNS, gpus=8))
