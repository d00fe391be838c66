"""What a checkpoint says of the training that wrote it."""

import ast
import pickle
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.runner.checkpoint import get_torch_safe_globals


@dataclass(frozen=True)
class StoredTraining:
    """A training as its checkpoint remembers it.

    Attributes:
        config: Its config, see `plain_config`; empty where the checkpoint holds none.
        best: File names of what it had kept as best by then; none where nothing was validated.
            None where the checkpoint does not say.
    """

    config: dict[str, Any]
    best: tuple[str, ...] | None

    @classmethod
    def read(cls, path: Path | str) -> 'StoredTraining':
        """Read it from a checkpoint, whose weights stay on the disk.

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If it is cut off, or would run code.
        """
        if not Path(path).is_file():
            raise FileNotFoundError(f'no checkpoint {path}')
        try:
            with torch.serialization.safe_globals(get_torch_safe_globals()):
                content = torch.load(
                    path, map_location='cpu', weights_only=True, mmap=zipfile.is_zipfile(path)
                )
        except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
            reason = str(error).split('\n', maxsplit=1)[0]
            raise ValueError(f'{path}: no checkpoint that is safe to read ({reason})') from error
        meta, hub = content.get('meta') or {}, content.get('message_hub')
        best = None
        if hub is not None:
            info = hub.get('runtime_info') or {}
            best = tuple(Path(info[key]).name for key in info if key.startswith('best_ckpt'))
        return cls(read_config_text(meta.get('cfg') or ''), best)


def plain_config(config: Config) -> dict[str, Any]:
    """A config as `StoredTraining` has it: lists for tuples, the text of what is no literal."""
    return read_config_text(config.pretty_text)


def read_config_text(text: str) -> dict[str, Any]:
    """Read the text that mmengine makes of a config, which mmengine itself would run as code."""
    return {
        statement.targets[0].id: _value(statement.value)
        for statement in ast.parse(text).body
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
    }


def _value(node: ast.expr) -> Any:  # noqa: ANN401 - whatever a config holds
    match node:
        case ast.Call(func=ast.Name(id='dict'), args=inner, keywords=keywords):
            positional = {key: value for one in inner for key, value in _value(one).items()}
            return positional | {str(one.arg): _value(one.value) for one in keywords}
        case ast.Dict(keys=keys, values=values):
            names = ('**' if key is None else _value(key) for key in keys)
            return dict(zip(names, map(_value, values), strict=True))
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_value(item) for item in items]
    try:
        return ast.literal_eval(node)
    except ValueError:
        return ast.unparse(node)
