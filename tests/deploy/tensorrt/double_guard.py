"""What a double of TensorRT may be asked for."""

from api_names import Surface


class Recorder:
    """What of TensorRT there is in one version, and what of it was used."""

    def __init__(self, surface: Surface, version: str) -> None:
        short = '.'.join(version.split('.')[:2])
        self.known = {name for name, entry in surface.items() if short in entry['versions']}
        self.version = version
        self.used: set[str] = set()
        self.streams: list[int] = []
        self.parser_errors: list[tuple[str, str, str]] = []
        self.refuses_plan = self.refuses_context = False

    def use(self, name: str) -> None:
        if name not in self.known:
            raise AttributeError(f'TensorRT {self.version} has no {name}')
        self.used.add(name)


class Guarded:
    """Base of the doubles: a public name is one of the excerpt, or an error."""

    _recorder: Recorder

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def __getattribute__(self, name: str) -> object:
        if not name.startswith('_'):
            self._recorder.use(f'{type(self).__name__}.{name}')
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: object) -> None:
        if not name.startswith('_'):
            self._recorder.use(f'{type(self).__name__}.{name}')
        object.__setattr__(self, name, value)
