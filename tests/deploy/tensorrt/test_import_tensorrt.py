import importlib.util
import sys
from types import SimpleNamespace

import pytest
from tensorrt_double import TensorRTDouble

from lanedet_mm.deploy.tensorrt.import_tensorrt import import_tensorrt


def test_versions_10_and_11_are_taken(double: TensorRTDouble) -> None:
    assert import_tensorrt() is double


@pytest.mark.parametrize('version', ['8.6.1', '9.3.0', '12.0.0.1'])
def test_another_version_is_refused(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, 'tensorrt', SimpleNamespace(__version__=version))  # type: ignore[arg-type]
    with pytest.raises(ImportError, match=rf'TensorRT {version} is installed; needed is 10 or 11'):
        import_tensorrt()


def test_where_it_is_missing_the_error_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, 'tensorrt', None)  # type: ignore[arg-type]
    with pytest.raises(ImportError, match=r"python -m pip install 'tensorrt>=10\.9,<12'"):
        import_tensorrt()


@pytest.mark.skipif(
    importlib.util.find_spec('tensorrt') is not None, reason='TensorRT is installed'
)
def test_nothing_of_the_room_needs_it_to_be_imported() -> None:
    from lanedet_mm.deploy.tensorrt import build_engine, tensorrt_model

    assert build_engine.__doc__ and tensorrt_model.__doc__
