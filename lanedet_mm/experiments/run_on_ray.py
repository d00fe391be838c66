"""Runs of an ablation on the machines of a Ray cluster."""

import os
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from lanedet_mm.experiments.ablation_run import AblationRun
from lanedet_mm.experiments.result_log import Record

Work = Callable[[AblationRun], Record | None]
_STOP_S = 10


def run_on_ray(
    work: Work,
    runs: Sequence[AblationRun],
    *,
    address: str | None = None,
    cpus: float = 1,
    gpus: float = 0,
) -> Iterator[tuple[AblationRun, Record | None]]:
    """Do the work for as many runs at a time as the cluster has room for.

    The machines need the same Python environment, and a file system that they share: the current
    folder, data sets and work dirs have the same path on all of them. A run whose machine is
    lost is started again on another one, where it goes on from its last checkpoint.

    Args:
        work: Trains and tests a run, gives its record, None if it failed.
        runs: What to work on.
        address: Of the cluster, such as `10.0.0.1:6379`, or `auto` for the one that this machine
            belongs to; None starts one of this machine alone, unless `RAY_ADDRESS` names one.
        cpus: Cores that a run takes.
        gpus: GPUs that a run takes; it sees no others.

    Yields:
        Each run that ended and its record, in the order in which they end.

    Raises:
        ImportError: If Ray is not installed.
        FileNotFoundError: If a machine does not have the current folder.
        ValueError: If no machine has so many cores or GPUs.
    """
    try:
        import ray
    except ImportError as error:
        raise ImportError(
            'several machines need Ray on each: python -m pip install -r requirements/ray.txt'
        ) from error
    if not runs:
        return
    ours = not ray.is_initialized()
    if ours:
        ray.init(address=address, logging_level='WARNING', log_to_driver=False)
    pending: dict[Any, AblationRun] = {}
    try:
        _check_room([node['Resources'] for node in ray.nodes() if node['Alive']], cpus, gpus)
        task = ray.remote(num_cpus=cpus, num_gpus=gpus)(_work_in)
        pending |= {task.remote(Path.cwd(), work, run): run for run in runs}
        while pending:
            (ended, *_), _ = ray.wait(list(pending))
            run = pending.pop(ended)
            try:
                yield run, ray.get(ended)
            except ray.exceptions.RayTaskError:
                raise
            except ray.exceptions.RayError as error:
                warnings.warn(f'{run.name}: {error}', stacklevel=2)
                yield run, None
    finally:
        _stop(pending)
        if ours:
            ray.shutdown()


def _check_room(machines: Sequence[dict[str, float]], cpus: float, gpus: float) -> None:
    """Refuse what Ray would wait for without an end."""
    if not any(one.get('CPU', 0) >= cpus and one.get('GPU', 0) >= gpus for one in machines):
        sizes = [f'{one.get("CPU", 0):g} cores, {one.get("GPU", 0):g} GPUs' for one in machines]
        raise ValueError(
            f'a run takes {cpus:g} cores and {gpus:g} GPUs, but the machines have {sizes}'
        )


def _stop(tasks: Collection[Any]) -> None:
    """End what runs, with the processes that it has started."""
    import ray

    for task in tasks:
        ray.cancel(task)
    if tasks:
        ray.wait(list(tasks), num_returns=len(tasks), timeout=_STOP_S)


def _work_in(folder: Path, work: Work, run: AblationRun) -> Record | None:
    """Do the work where the relative paths of a run mean what they mean to its user."""
    try:
        os.chdir(folder)
    except FileNotFoundError:
        raise FileNotFoundError(
            f'{os.uname().nodename} has no folder {folder}; ablations on several machines need a '
            'file system that all of them share'
        ) from None
    return work(run)
