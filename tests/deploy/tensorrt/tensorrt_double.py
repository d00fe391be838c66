"""A TensorRT that has only the names of one version's excerpt, and runs engines by ONNX Runtime.

An engine's bytes are a line of JSON and the ONNX file. Its context reads and writes the memory at
the addresses that it is given, which here is the CPU's.
"""

import enum

from api_names import Surface
from double_builder import Builder, INetworkDefinition, OnnxParser
from double_guard import Recorder
from double_runtime import Enums, Runtime


class TensorRTDouble:
    """The module, by the excerpt of one version.

    Args:
        surface: The excerpt.
        version: Such as '10.9.0.34'.
    """

    def __init__(self, surface: Surface, version: str) -> None:
        self._recorder = Recorder(surface, version)
        self._enums: Enums = {
            name: self._enum(name)
            for name in ('BuilderFlag', 'DataType', 'MemoryPoolType', 'TensorIOMode')
        }
        self.__version__ = version

    def __getattr__(self, name: str) -> object:
        self._recorder.use(name)
        if name in self._enums:
            self._recorder.used |= {f'{name}.{one.name}' for one in self._enums[name]}
            return self._enums[name]
        return getattr(self, f'_{name}')

    def _enum(self, name: str) -> type[enum.Enum]:
        members = [one.split('.')[1] for one in sorted(self._recorder.known) if f'{name}.' in one]
        return enum.Enum(name, members)

    @property
    def _NetworkDefinitionCreationFlag(self) -> object:  # noqa: N802
        self._recorder.use('NetworkDefinitionCreationFlag.STRONGLY_TYPED')
        return type('NetworkDefinitionCreationFlag', (), {'STRONGLY_TYPED': 1})

    @property
    def _Logger(self) -> object:  # noqa: N802
        self._recorder.use('Logger.WARNING')
        return type('Logger', (), {'WARNING': 2, '__init__': lambda self, severity: None})

    def _Builder(self, logger: object) -> Builder:  # noqa: N802
        return Builder(self._recorder)

    def _OnnxParser(self, network: INetworkDefinition, logger: object) -> OnnxParser:  # noqa: N802
        return OnnxParser(self._recorder, network)

    def _Runtime(self, logger: object) -> Runtime:  # noqa: N802
        return Runtime(self._recorder, self._enums)
