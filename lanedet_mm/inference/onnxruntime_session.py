"""ONNX Runtime: whether it is there, for which devices, and a file opened by it."""

import importlib
from pathlib import Path
from typing import Any

# Both packages write into the same folder, so that the one has to go before the other comes.
INSTALL_GPU = 'python -m pip uninstall -y onnxruntime && python -m pip install onnxruntime-gpu'


def import_onnxruntime() -> Any:  # noqa: ANN401 - a module without types
    """ONNX Runtime.

    Raises:
        ImportError: If it is not installed.
    """
    try:
        return importlib.import_module('onnxruntime')
    except ImportError as error:
        raise ImportError(
            'ONNX Runtime is not installed: python -m pip install onnxruntime '
            '(for a GPU onnxruntime-gpu instead, never both)'
        ) from error


def session_provider(device: str) -> Any:  # noqa: ANN401 - a name, or a pair with options
    """What ONNX Runtime calls a device.

    Args:
        device: `cpu`, `cuda` or `cuda:1`.

    Raises:
        ImportError: If ONNX Runtime is not installed.
        ValueError: If there is no such device, or ONNX Runtime has not been built for it.
    """
    onnxruntime = import_onnxruntime()
    kind, _, index = device.partition(':')
    providers: dict[str, Any] = {
        'cpu': 'CPUExecutionProvider',
        'cuda': ('CUDAExecutionProvider', {'device_id': index or '0'}),
    }
    if kind not in providers:
        raise ValueError(f'no device {device!r}; needed is cpu, cuda or cuda:1')
    if kind == 'cuda' and 'CUDAExecutionProvider' not in onnxruntime.get_available_providers():
        raise ValueError(f'this ONNX Runtime has no GPU; take --device cpu, or: {INSTALL_GPU}')
    return providers[kind]


def open_session(path: Path, *, device: str, threads: int | None) -> Any:  # noqa: ANN401
    """A session of an ONNX file.

    Args:
        path: The file.
        device: `cpu`, `cuda` or `cuda:1`.
        threads: How many; None takes all cores.

    Raises:
        ImportError: If ONNX Runtime is not installed.
        ValueError: If it does not take the file, or does not run it on that device.
    """
    onnxruntime, provider = import_onnxruntime(), session_provider(device)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or 0  # 0 is all
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=[provider])
    except Exception as error:  # its exceptions share no class of their own
        raise ValueError(
            f'{path}: ONNX Runtime does not take it ({error}); copy it again if it is cut off, '
            'else export it again (tools/deploy.py)'
        ) from error
    # What it was built for may not load, and then it runs on the CPU and only logs that.
    if device.startswith('cuda') and 'CUDAExecutionProvider' not in session.get_providers():
        raise ValueError(
            f'{path}: ONNX Runtime runs it on {session.get_providers()}, not on {device!r}, since '
            'a library of CUDA or cuDNN does not load (its reason is printed above); install those '
            f'that it names, take --device cpu, or install it anew: {INSTALL_GPU}'
        )
    return session
