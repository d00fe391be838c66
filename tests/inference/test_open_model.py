from pathlib import Path

import pytest

from lanedet_mm.inference.open_model import open_model


@pytest.mark.parametrize(
    'files',
    [['model.engine'], ['config.py'], ['last.pth'], ['last.pth', 'config.py'], ['a.onnx', 'b.pth']],
)
def test_files_that_are_no_model(files: list[str]) -> None:
    with pytest.raises(ValueError, match=r'needed is X\.onnx, or a config'):
        open_model(files)


def test_each_kind_is_opened_by_its_own_runtime(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r'no model .*none\.onnx'):
        open_model([tmp_path / 'none.onnx'])
    with pytest.raises(FileNotFoundError, match=r'no config .*none\.py'):
        open_model([tmp_path / 'none.py', tmp_path / 'none.pth'])
