"""TensorRT's module, where it is installed and of a version that is known."""

import importlib
from typing import Any

MAJORS = (10, 11)
INSTALL = "python -m pip install 'tensorrt>=10.9,<12'"


def import_tensorrt() -> Any:  # noqa: ANN401 - a module without types
    """TensorRT.

    Raises:
        ImportError: If it is not installed, or is of a version that names other things.
    """
    try:
        trt = importlib.import_module('tensorrt')
    except ImportError as error:
        raise ImportError(f'TensorRT is not installed: {INSTALL} (it needs a GPU)') from error
    major = int(trt.__version__.split('.')[0])
    if major not in MAJORS:
        raise ImportError(
            f'TensorRT {trt.__version__} is installed; needed is {MAJORS[0]} or {MAJORS[1]}: '
            f'{INSTALL}'
        )
    return trt
