"""OpenVINO's files as mmdeploy's models run them."""

from collections.abc import Sequence
from pathlib import Path

import torch
from mmdeploy.backend.base import BaseWrapper
from torch import Tensor

from lanedet_mm.deploy.openvino.openvino_session import OpenVINOSession


class OpenVINOWrapper(BaseWrapper):
    """mmdeploy's wrapper around an `OpenVINOSession`.

    Args:
        path: `.xml` file with its `.bin` beside it, or an ONNX file.
        device: `cpu`, or another one of OpenVINO's.
        output_names: Names of the outputs in the graph's order; None takes the graph's.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        device: str = 'cpu',
        output_names: Sequence[str] | None = None,
    ) -> None:
        session = OpenVINOSession(path, device=device)
        super().__init__(output_names or [one.name for one in session.get_outputs()])
        self.session = session

    def forward(self, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        """Outputs by their names, on the CPU."""
        arrays = {name: tensor.contiguous().cpu().numpy() for name, tensor in inputs.items()}
        outputs = self.session.run(None, arrays)
        return {
            name: torch.from_numpy(output)
            for name, output in zip(self.output_names, outputs, strict=True)
        }
