"""What is timed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROVIDERS = ('pytorch', 'torch_compile', 'onnxruntime', 'openvino', 'tensorrt')
WANTED = {
    'pytorch': (('.py', '.pth'),),
    'torch_compile': (('.py', '.pth'),),
    'onnxruntime': (('.onnx',),),
    'openvino': (('.xml',), ('.onnx',)),
    'tensorrt': (('.engine',),),
}


@dataclass(frozen=True)
class TimedCase:
    """One model, one runtime, one shape.

    Attributes:
        name: What the table calls the model.
        provider: The runtime, one of `PROVIDERS`.
        files: What the runtime opens: a config and a checkpoint, or one file.
        size_px: Side of the windows.
        batch: Windows at once.
        threads: Threads on the CPU.
        device: `cpu` or `cuda`.
    """

    name: str
    provider: str
    files: tuple[str, ...]
    size_px: int
    batch: int
    threads: int
    device: str = 'cpu'

    @property
    def shape(self) -> tuple[int, int, int]:
        """What cases have to share to be compared: side, batch and threads."""
        return self.size_px, self.batch, self.threads


def provider_files(provider: str, files: Sequence[str]) -> tuple[str, ...] | None:
    """Those of a model's files that a runtime opens.

    Args:
        provider: One of `PROVIDERS`.
        files: A config (`.py`) and its checkpoint (`.pth`), an `.onnx` file, an `.xml` file of
            OpenVINO's, an `.engine` of TensorRT's, or several of these.

    Returns:
        None if it opens none of them.

    Raises:
        ValueError: If there is no such runtime.
    """
    if provider not in WANTED:
        raise ValueError(f'provider {provider!r}; needed is one of {PROVIDERS}')
    by_suffix = {Path(file).suffix: file for file in files}
    for suffixes in WANTED[provider]:
        if set(suffixes) <= set(by_suffix):
            return tuple(by_suffix[suffix] for suffix in suffixes)
    return None
