"""Doubles of what runs an engine, with ONNX Runtime below."""

import ctypes
import enum
import json
from collections.abc import Iterator

import numpy as np
import onnxruntime
from double_guard import Guarded, Recorder

TYPES = {'tensor(float)': 'FLOAT', 'tensor(float16)': 'HALF', 'tensor(int64)': 'INT64'}
NUMPY = {'FLOAT': np.float32, 'HALF': np.float16, 'INT64': np.int64}
Enums = dict[str, type[enum.Enum]]


class Dims(Guarded):
    def __init__(self, recorder: Recorder, sides: tuple[int, ...]) -> None:
        super().__init__(recorder)
        self._sides = sides

    def __iter__(self) -> Iterator[int]:
        return iter(self._sides)


class ICudaEngine(Guarded):
    def __init__(self, recorder: Recorder, content: bytes, enums: Enums) -> None:
        super().__init__(recorder)
        head, graph = content.split(b'\n', 1)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.log_severity_level = 1, 3
        self._session = onnxruntime.InferenceSession(graph, options)
        self._profiles = json.loads(head)['profiles']
        self._enums = enums
        self._inputs = {one.name: TYPES[one.type] for one in self._session.get_inputs()}
        self._outputs = {one.name: TYPES[one.type] for one in self._session.get_outputs()}

    @property
    def num_io_tensors(self) -> int:
        return len(self._inputs) + len(self._outputs)

    def get_tensor_name(self, index: int) -> str:
        return [*self._inputs, *self._outputs][index]

    def get_tensor_mode(self, name: str) -> enum.Enum | None:
        mode = self._enums['TensorIOMode']
        return mode.INPUT if name in self._inputs else None

    def get_tensor_dtype(self, name: str) -> enum.Enum:
        return self._enums['DataType'][{**self._inputs, **self._outputs}[name]]

    def create_execution_context(self) -> 'IExecutionContext | None':
        if self._recorder.refuses_context:
            return None
        return IExecutionContext(self._recorder, self)


class IExecutionContext(Guarded):
    def __init__(self, recorder: Recorder, engine: ICudaEngine) -> None:
        super().__init__(recorder)
        self._engine, self._profile = engine, 0
        self._shapes: dict[str, tuple[int, ...]] = {}
        self._addresses: dict[str, int] = {}

    def set_optimization_profile_async(self, index: int, stream: int) -> bool:
        self._profile = index
        self._shapes.clear()
        return index < len(self._engine._profiles)

    def set_input_shape(self, name: str, shape: tuple[int, ...]) -> bool:
        low, _, high = self._engine._profiles[self._profile][name]
        self._shapes[name] = shape
        return all(a <= side <= b for a, side, b in zip(low, shape, high, strict=True))

    def get_tensor_shape(self, name: str) -> Dims:
        zeros = {
            key: np.zeros(shape, NUMPY[self._engine._inputs[key]])
            for key, shape in self._shapes.items()
        }
        found = self._engine._session.run([name], zeros)[0]
        return Dims(self._recorder, found.shape)

    def set_tensor_address(self, name: str, address: int) -> bool:
        self._addresses[name] = address
        return True

    def execute_async_v3(self, stream: int) -> bool:
        self._recorder.streams.append(stream)
        inputs = {
            name: self._memory(name, shape, self._engine._inputs[name])
            for name, shape in self._shapes.items()
        }
        names = list(self._engine._outputs)
        for name, output in zip(names, self._engine._session.run(names, inputs), strict=True):
            self._memory(name, output.shape, self._engine._outputs[name])[...] = output
        return True

    def _memory(self, name: str, shape: tuple[int, ...], kind: str) -> np.ndarray:
        """What lies at a tensor's address, in place."""
        size = int(np.prod(shape)) * np.dtype(NUMPY[kind]).itemsize
        buffer = (ctypes.c_byte * size).from_address(self._addresses[name])
        return np.frombuffer(buffer, NUMPY[kind]).reshape(shape)


class Runtime(Guarded):
    def __init__(self, recorder: Recorder, enums: Enums) -> None:
        super().__init__(recorder)
        self._enums = enums

    def deserialize_cuda_engine(self, content: bytes) -> ICudaEngine | None:
        if json.loads(content.split(b'\n', 1)[0])['version'] != self._recorder.version:
            return None
        return ICudaEngine(self._recorder, content, self._enums)
