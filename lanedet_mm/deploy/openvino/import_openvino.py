"""OpenVINO's module, where it is installed."""

import importlib
import sys
from typing import Any

INSTALL = "python -m pip install 'openvino>=2026.4'"


def import_openvino() -> Any:  # noqa: ANN401 - its types are not complete
    """OpenVINO, which reports nothing to anybody.

    Raises:
        ImportError: If it is not installed.
    """
    # The package that it brings sends each import and each conversion to Google Analytics, unasked.
    # It does without where that one is missing.
    sys.modules.setdefault('openvino_telemetry', None)  # type: ignore[arg-type]
    try:
        return importlib.import_module('openvino')
    except ImportError as error:
        raise ImportError(f'OpenVINO is not installed: {INSTALL}') from error
