"""Doubles of what builds an engine."""

import enum
import json

from double_guard import Guarded, Recorder


class IHostMemory(Guarded):
    def __init__(self, recorder: Recorder, content: bytes) -> None:
        super().__init__(recorder)
        self._content = content

    def __bytes__(self) -> bytes:
        return self._content


class ITimingCache(Guarded):
    def __init__(self, recorder: Recorder, content: bytes) -> None:
        super().__init__(recorder)
        self._content = content

    def serialize(self) -> IHostMemory:
        return IHostMemory(self._recorder, self._content)


class IOptimizationProfile(Guarded):
    def __init__(self, recorder: Recorder) -> None:
        super().__init__(recorder)
        self._shapes: dict[str, list[tuple[int, ...]]] = {}

    def set_shape(self, name: str, *shapes: tuple[int, ...]) -> None:
        assert len(shapes) == 3
        self._shapes[name] = list(shapes)


class INetworkDefinition(Guarded):
    _onnx = b''


class IBuilderConfig(Guarded):
    def __init__(self, recorder: Recorder) -> None:
        super().__init__(recorder)
        self._profiles: list[dict[str, list[tuple[int, ...]]]] = []
        self._cache: ITimingCache | None = None
        self._flags, self._limits = {'TF32'}, {}

    def set_memory_pool_limit(self, pool: enum.Enum, size: int) -> None:
        self._limits[pool.name] = size

    def clear_flag(self, flag: enum.Enum) -> None:
        self._flags.remove(flag.name)

    def add_optimization_profile(self, profile: IOptimizationProfile) -> int:
        self._profiles.append(profile._shapes)
        return len(self._profiles) - 1

    def create_timing_cache(self, content: bytes) -> ITimingCache | None:
        mine = f'timings of {self._recorder.version}'.encode()
        return ITimingCache(self._recorder, mine) if content in (b'', mine) else None

    def set_timing_cache(self, cache: ITimingCache, *, ignore_mismatch: bool) -> bool:
        assert not ignore_mismatch
        self._cache = cache
        return True

    def get_timing_cache(self) -> ITimingCache:
        assert self._cache is not None
        return self._cache


class Builder(Guarded):
    def __init__(self, recorder: Recorder) -> None:
        super().__init__(recorder)
        self._configs: list[IBuilderConfig] = []

    def create_network(self, flags: int = 0) -> INetworkDefinition:
        assert flags == 1 << 1, 'not strongly typed'
        return INetworkDefinition(self._recorder)

    def create_builder_config(self) -> IBuilderConfig:
        return IBuilderConfig(self._recorder)

    def create_optimization_profile(self) -> IOptimizationProfile:
        return IOptimizationProfile(self._recorder)

    def build_serialized_network(
        self, network: INetworkDefinition, config: IBuilderConfig
    ) -> IHostMemory | None:
        if self._recorder.refuses_plan:
            return None
        head = {
            'version': self._recorder.version,
            'profiles': config._profiles,
            'flags': sorted(config._flags),
            'limits': config._limits,
        }
        return IHostMemory(self._recorder, json.dumps(head).encode() + b'\n' + network._onnx)


class ParserError(Guarded):
    def __init__(self, recorder: Recorder, operator: str, name: str, text: str) -> None:
        super().__init__(recorder)
        self._said = operator, name, text

    def node_operator(self) -> str:
        return self._said[0]

    def node_name(self) -> str:
        return self._said[1]

    def desc(self) -> str:
        return self._said[2]


class OnnxParser(Guarded):
    def __init__(self, recorder: Recorder, network: INetworkDefinition) -> None:
        super().__init__(recorder)
        self._network = network

    def parse(self, content: bytes) -> bool:
        self._network._onnx = content
        return not self._recorder.parser_errors

    @property
    def num_errors(self) -> int:
        return len(self._recorder.parser_errors)

    def get_error(self, index: int) -> ParserError:
        return ParserError(self._recorder, *self._recorder.parser_errors[index])
