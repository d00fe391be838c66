"""An engine on PyTorch's tensors and stream, without a copy through the host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from lanedet_mm.deploy.tensorrt.gpu import Gpu
from lanedet_mm.deploy.tensorrt.import_tensorrt import import_tensorrt
from lanedet_mm.deploy.tensorrt.input_profile import InputProfile, Shape
from lanedet_mm.deploy.tensorrt.load_engine import LoadedEngine

if TYPE_CHECKING:
    import tensorrt as trt


class TensorRTRunner:
    """Runs an engine by the names of its tensors.

    The engine reads and writes the tensors' own memory on PyTorch's current stream, so that what
    was asked of that stream before and after stays in order. A call returns before the GPU is
    done, as PyTorch's own calls do.

    Args:
        loaded: The engine.
        gpu: Where it was loaded.

    Attributes:
        inputs: Types of the inputs by their names.
        outputs: Types of the outputs by their names.
    """

    def __init__(self, loaded: LoadedEngine, *, gpu: Gpu) -> None:
        self.loaded, self.gpu = loaded, gpu
        self.profiles = loaded.sidecar.profiles
        engine: trt.ICudaEngine = loaded.engine
        self.inputs, self.outputs = _tensor_types(engine)
        with gpu.active():
            self.context: trt.IExecutionContext = engine.create_execution_context()
        if self.context is None:
            raise RuntimeError(f'no memory left on {gpu.device} for the engine; take a smaller one')
        self.profile = 0
        self.stream: torch.cuda.Stream | None = None
        self.done: torch.cuda.Event | None = None

    def __call__(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Run the engine once.

        Args:
            inputs: Tensors on the engine's GPU, of the types of `inputs`.

        Returns:
            New tensors on the same GPU.

        Raises:
            ValueError: If a name, type, place or shape is not what the engine takes.
        """
        self._check(inputs)
        context: trt.IExecutionContext = self.context
        with self.gpu.active():
            stream = torch.cuda.current_stream(self.gpu.device)
            if self.done is not None and stream != self.stream:
                stream.wait_event(self.done)  # the context has one set of buffers
            self._choose_profile(inputs, stream)
            given = {name: tensor.contiguous() for name, tensor in inputs.items()}
            for name, tensor in given.items():
                if not context.set_input_shape(name, tuple(tensor.shape)):
                    raise ValueError(f'TensorRT does not take {name!r} as {tuple(tensor.shape)}')
            outputs = {name: self._output(name) for name in self.outputs}
            for name, tensor in {**given, **outputs}.items():
                context.set_tensor_address(name, tensor.data_ptr())
            if not context.execute_async_v3(stream.cuda_stream):
                raise RuntimeError('TensorRT did not run (its reasons are printed above)')
            self.stream, self.done = stream, stream.record_event()
        return outputs

    def _check(self, inputs: Mapping[str, Tensor]) -> None:
        """Refuse what the engine would read wrongly."""
        if set(inputs) != set(self.inputs):
            raise ValueError(f'inputs {sorted(inputs)}; the engine takes {sorted(self.inputs)}')
        for name, tensor in inputs.items():
            if tensor.dtype != self.inputs[name] or tensor.device != self.gpu.device:
                raise ValueError(
                    f'{name!r} is {tensor.dtype} on {tensor.device}; needed is '
                    f'{self.inputs[name]} on {self.gpu.device}'
                )

    def _choose_profile(self, inputs: Mapping[str, Tensor], stream: torch.cuda.Stream) -> None:
        """Change to the first profile that takes the image, unless the present one does."""
        shape = tuple(next(iter(inputs.values())).shape)
        if self.profiles[self.profile].contains(shape):
            return
        index = fitting_profile(self.profiles, shape)
        context: trt.IExecutionContext = self.context
        if not context.set_optimization_profile_async(index, stream.cuda_stream):
            raise RuntimeError(f'TensorRT does not change to profile {index}')
        self.profile = index

    def _output(self, name: str) -> Tensor:
        """Memory for an output, whose shape follows from that of the inputs."""
        context: trt.IExecutionContext = self.context
        shape = tuple(context.get_tensor_shape(name))
        if any(side < 0 for side in shape):
            raise ValueError(f'{name!r} has no shape before it is computed: {shape}')
        return torch.empty(shape, dtype=self.outputs[name], device=self.gpu.device)


def fitting_profile(profiles: tuple[InputProfile, ...], shape: Shape) -> int:
    """Index of the first profile that takes a shape.

    Raises:
        ValueError: If none does.
    """
    for index, profile in enumerate(profiles):
        if profile.contains(shape):
            return index
    raise ValueError(
        f'an image of {" x ".join(map(str, shape))}; the engine takes '
        f'{" or ".join(map(str, profiles))} (batch x channels x height x width); build it with '
        'this shape in `input_shapes` of the deploy config'
    )


def _tensor_types(
    engine: trt.ICudaEngine,
) -> tuple[dict[str, torch.dtype], dict[str, torch.dtype]]:
    """PyTorch's types of an engine's inputs and of its outputs, by their names."""
    trt = import_tensorrt()
    types = {
        trt.DataType.FLOAT: torch.float32,
        trt.DataType.HALF: torch.float16,
        trt.DataType.INT32: torch.int32,
        trt.DataType.INT64: torch.int64,
        trt.DataType.UINT8: torch.uint8,
        trt.DataType.BOOL: torch.bool,
    }
    inputs: dict[str, torch.dtype] = {}
    outputs: dict[str, torch.dtype] = {}
    for index in range(engine.num_io_tensors):
        name = engine.get_tensor_name(index)
        given = engine.get_tensor_mode(name) == trt.TensorIOMode.INPUT
        (inputs if given else outputs)[name] = types[engine.get_tensor_dtype(name)]
    return inputs, outputs
