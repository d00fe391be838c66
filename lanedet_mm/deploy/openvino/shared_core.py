"""OpenVINO's core, one for all models."""

import functools
from typing import Any

from lanedet_mm.deploy.openvino.import_openvino import import_openvino


@functools.cache
def shared_core() -> Any:  # noqa: ANN401 - its types are not complete
    """The one `openvino.Core` of this process, which lives as long as the process.

    OpenVINO's CPU plug-in gives the thread that compiles a signal stack of its own, and puts back
    the one before when its core goes. Where cores do not go in the reverse order of their coming,
    what is put back has been unmapped, and the next signal with a handler, such as that of torch's
    `DataLoader` for processes that ended, kills this one without a word (OpenVINO 2026.4).

    Raises:
        ImportError: If OpenVINO is not installed.
    """
    return import_openvino().Core()
