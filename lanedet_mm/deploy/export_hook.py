"""A training that ends with files to use."""

import logging
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from mmengine.dist import master_only
from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import Runner

from lanedet_mm.checkpoints.best_checkpoint import best_checkpoint
from lanedet_mm.deploy.back_end import check_back_end, read_deploy_config
from lanedet_mm.inference.lane_model import LaneModel
from lanedet_mm.registry import HOOKS

WARM_UP = 3


@HOOKS.register_module()
class ExportHook(Hook):
    """Export, check and time the best checkpoint when a training has ended.

    Each deploy config's file goes to `WORK_DIR/deploy/NAME OF THE CONFIG/`, and one line of the log
    says its size, its time for a window and its lane IoU beside PyTorch's. What fails there is a
    warning: the training stays what it is, and `tools/deploy.py` can try again. What is known
    before, a deploy config or a back end that is missing or does not suit the model, stops the
    training at its start.

    Args:
        deploy: Files of deploy configs, see configs/deploy.
        runs: Timed runs of each.
    """

    priority = 'LOWEST'  # after the last checkpoint

    def __init__(self, *, deploy: Sequence[str], runs: int = 20) -> None:
        if not deploy or isinstance(deploy, str) or runs < 1:
            raise ValueError(
                f'deploy is {deploy!r} and runs {runs}; needed are a list of deploy configs and 1 '
                'or more'
            )
        self.deploy = tuple(deploy)
        self.runs = runs

    @master_only
    def before_train(self, runner: Runner) -> None:
        """Refuse what cannot work at the end."""
        from lanedet_mm.deploy.check_model import check_model  # with onnx, as below

        for path in self.deploy:
            deploy = read_deploy_config(path)
            check_back_end(deploy)
            check_model(deploy, runner.cfg)

    @master_only
    def after_train(self, runner: Runner) -> None:
        """Export, check, time and say."""
        for path in self.deploy:
            try:
                line, level = self._deploy(path, runner), logging.INFO
            except Exception as error:  # of a runtime or an exporter, whose kinds nobody can list
                line, level = f'{path}: not exported: {error}', logging.WARNING
            print_log(line, 'current', level)

    def _deploy(self, path: str, runner: Runner) -> str:
        """One file, in one line."""
        # mmdeploy's tree is imported with these, which is slow and only for the end of a training.
        from lanedet_mm.deploy.deploy_model import deploy_model
        from lanedet_mm.deploy.open_model import open_model

        out = Path(runner.work_dir) / 'deploy' / Path(path).stem
        deployed = deploy_model(path, runner.cfg, best_checkpoint(runner.work_dir), out)
        if deployed.refused is not None:
            raise ValueError(f'refused: {deployed.refused}; the file is kept as {deployed.file}')
        model = open_model([deployed.file], device=deployed.device)
        size_px = model.tile_px or 512
        time_ms = median_ms(model, size_px=size_px, runs=self.runs)
        line = (
            f'{deployed.file}: {deployed.back_end} {deployed.precision}, '
            f'{deployed.size_bytes / 1e6:.1f} MB, {time_ms:.1f} ms at {size_px} x '
            f'{size_px} px; {deployed.parity.changed:.3%} of the classes differ from PyTorch'
        )
        if deployed.parity.lane_iou is not None:
            one, other = (100 * iou for iou in deployed.parity.lane_iou)
            line += f', lane IoU {one:.2f} to {other:.2f}'
        return line


def median_ms(model: LaneModel, *, size_px: int, runs: int) -> float:
    """Median time of a window from pixels to probabilities, in milliseconds."""
    image = np.random.default_rng(0).integers(0, 256, (size_px, size_px, 3), np.uint8)
    times = []
    for _ in range(WARM_UP + runs):
        start = time.perf_counter()
        model([image])
        times.append(1e3 * (time.perf_counter() - start))
    return statistics.median(times[WARM_UP:])
