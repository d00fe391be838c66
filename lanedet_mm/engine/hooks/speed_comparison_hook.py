"""What a student costs beside its teacher."""

import copy
import statistics
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import torch
import torch.nn.functional as F
from mmengine.dist import master_only
from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import Runner
from mmseg.models.segmentors import EncoderDecoder
from torch import Tensor, nn

from lanedet_mm.engine.hooks.fixed_tiles import inner_model
from lanedet_mm.models.distillers import SegmentorDistiller
from lanedet_mm.registry import HOOKS


@HOOKS.register_module()
class SpeedComparisonHook(Hook):
    """Time student and teacher through ONNX Runtime when a training has ended.

    Both are exported from the image to logits of its size and run on the CPU in turns, so that
    whatever else the machine does meets both; the medians are logged in one line. This is for the
    ratio: a file to use comes from `tools/deploy.py`.

    Args:
        size_px: Side of the image.
        runs: Timed runs of each.
        threads: Of ONNX Runtime.
    """

    def __init__(self, *, size_px: int = 512, runs: int = 20, threads: int = 2) -> None:
        if min(size_px, runs, threads) < 1:
            raise ValueError(
                f'size_px {size_px}, runs {runs}, threads {threads}; needed is 1 or more of each'
            )
        self.size_px = size_px
        self.runs = runs
        self.threads = threads

    @master_only
    def after_train(self, runner: Runner) -> None:
        """Export, time and say."""
        model = inner_model(runner)
        if not isinstance(model, SegmentorDistiller) or not model.has_teacher:
            print_log('no teacher to compare the speed with', 'current')
            return
        with tempfile.TemporaryDirectory() as folder:
            sessions, megabytes = [], []
            for name, one in (('student', model), ('teacher', model.teacher.module)):
                path = Path(folder) / f'{name}.onnx'
                export_logits(one, path, size_px=self.size_px)
                megabytes.append(path.stat().st_size / 1e6)
                sessions.append(self._open(path))
            student, teacher = self._milliseconds(sessions)
        print_log(
            f'at {self.size_px} x {self.size_px} px on {self.threads} CPU threads: student '
            f'{student:.1f} ms ({megabytes[0]:.1f} MB), teacher {teacher:.1f} ms '
            f'({megabytes[1]:.1f} MB), {teacher / student:.2f} times as fast',
            'current',
        )

    def _open(self, path: Path) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        return onnxruntime.InferenceSession(path, options, providers=['CPUExecutionProvider'])

    def _milliseconds(self, sessions: list[onnxruntime.InferenceSession]) -> list[float]:
        """Median of each, in turns; the first two rounds only warm up."""
        image = np.random.default_rng(0).standard_normal((1, 3, self.size_px, self.size_px))
        feed = {'image': image.astype(np.float32)}
        rounds = []
        for _ in range(self.runs + 2):
            times = []
            for session in sessions:
                start = time.perf_counter()
                session.run(None, feed)
                times.append(1e3 * (time.perf_counter() - start))
            rounds.append(times)
        return [statistics.median(times) for times in zip(*rounds[2:], strict=True)]


def export_logits(model: EncoderDecoder, path: Path, *, size_px: int) -> None:
    """Write an ONNX file from a preprocessed image to logits of its size; the model stays as it is.

    Args:
        model: A segmentor.
        path: The file.
        size_px: Side of the image.
    """
    network = _ImageToLogits(model).cpu().float().eval()
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')  # the tracer's, of branches that depend on sizes alone
        torch.onnx.export(
            network,
            (torch.zeros(1, 3, size_px, size_px),),
            str(path),
            input_names=['image'],
            output_names=['logits'],
            dynamo=False,
        )


class _ImageToLogits(nn.Module):
    """A copy of what a segmentor predicts with."""

    def __init__(self, model: EncoderDecoder) -> None:
        super().__init__()
        necks = [model.neck] if model.with_neck else []
        self.encoder = copy.deepcopy(nn.Sequential(model.backbone, *necks))
        self.head = copy.deepcopy(model.decode_head)

    def forward(self, image: Tensor) -> Tensor:
        logits = self.head.forward(self.encoder(image))
        return F.interpolate(
            logits,
            image.shape[2:],
            mode='bilinear',
            align_corners=self.head.align_corners,
        )
