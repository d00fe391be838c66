"""An engine as mmdeploy's models run it."""

from collections.abc import Sequence
from pathlib import Path

from mmdeploy.backend.base import BaseWrapper
from torch import Tensor

from lanedet_mm.deploy.tensorrt.gpu import Gpu
from lanedet_mm.deploy.tensorrt.load_engine import load_engine
from lanedet_mm.deploy.tensorrt.tensorrt_runner import TensorRTRunner


class TensorRTWrapper(BaseWrapper):
    """mmdeploy's wrapper around a `TensorRTRunner`.

    Args:
        engine: Engine with its sidecar.
        device: `cuda` or `cuda:1`.
        output_names: Order of the outputs; None takes the engine's.
    """

    def __init__(
        self, engine: Path | str, *, device: str, output_names: Sequence[str] | None = None
    ) -> None:
        gpu = Gpu.of(device)
        runner = TensorRTRunner(load_engine(engine, gpu=gpu), gpu=gpu)
        super().__init__(output_names or list(runner.outputs))
        self.runner = runner

    def forward(self, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        """Outputs by their names; see `TensorRTRunner`."""
        return self.runner(inputs)
