import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SaveIdentity = Callable[..., Path]
METADATA = json.dumps(
    {'classes': ['a', 'b', 'c'], 'palette': [[0, 0, 0]] * 3, 'output': 'probabilities'}
)


@pytest.fixture
def save_model(save_identity: SaveIdentity) -> SaveIdentity:
    """An ONNX file with metadata: `save_model(shape=(1, 3, 32, 32))`."""

    def save(**options: Any) -> Path:  # noqa: ANN401 - those of `save_identity`
        return save_identity(metadata=METADATA, **options)

    return save
