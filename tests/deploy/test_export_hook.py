import logging
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from mmengine.config import Config

from lanedet_mm.deploy import export_hook as module
from lanedet_mm.deploy.export_hook import ExportHook, median_ms
from lanedet_mm.registry import HOOKS

SmallDeploy = Callable[..., Path]
Said = list[tuple[str, int]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Said:
    lines: Said = []
    monkeypatch.setattr(module, 'print_log', lambda text, _, level: lines.append((text, level)))
    return lines


@pytest.fixture
def runner(config: Config, checkpoint: Path, tmp_path: Path) -> SimpleNamespace:
    """A training that has just ended."""
    work_dir = tmp_path / 'work'
    work_dir.mkdir()
    (work_dir / 'best_lane_iou_iter_2.pth').write_bytes(checkpoint.read_bytes())
    return SimpleNamespace(cfg=config, work_dir=str(work_dir))


def test_the_best_checkpoint_is_exported_checked_and_timed(
    runner: SimpleNamespace, small_deploy: SmallDeploy, said: Said
) -> None:
    """One line for each deploy config, each file in a folder of its own."""
    names = ('onnxruntime_dynamic', 'onnxruntime_static')
    deploy = [str(small_deploy(f'{name}.py')) for name in names]
    hook = HOOKS.build({'type': 'ExportHook', 'deploy': deploy, 'runs': 2})
    assert isinstance(hook, ExportHook)
    hook.before_train(runner)
    hook.after_train(runner)
    assert [level for _, level in said] == [logging.INFO] * 2
    for name, (line, _) in zip(names, said, strict=True):
        file = Path(runner.work_dir) / 'deploy' / name / 'model.onnx'
        assert file.is_file()
        wanted = (
            rf'{re.escape(str(file))}: onnxruntime fp32, 0\.0 MB, \d+\.\d ms at 32 x 32 px; '
            r'0\.000% of the classes differ from PyTorch, lane IoU (\d+\.\d\d) to \1'
        )
        assert re.fullmatch(wanted, line)


def test_what_fails_at_the_end_is_a_warning_with_its_reason(
    runner: SimpleNamespace, small_deploy: SmallDeploy, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused file keeps the others from nothing, nor does a checkpoint that is not there."""
    deploy = [
        str(small_deploy('onnxruntime_static.py')),
        str(small_deploy('onnxruntime_dynamic.py')),
    ]
    with monkeypatch.context() as strict:
        strict.setattr('lanedet_mm.deploy.parity.MAX_CHANGED', -1)
        ExportHook(deploy=deploy, runs=1).after_train(runner)
    assert [level for _, level in said] == [logging.WARNING] * 2
    assert 'not exported: refused: 0.000% of the classes differ' in said[0][0]
    assert 'model.refused.onnx' in said[0][0]
    said.clear()
    next(Path(runner.work_dir).glob('*.pth')).unlink()
    ExportHook(deploy=deploy[:1], runs=1).after_train(runner)
    assert re.search(r'not exported: no best_\*\.pth in', said[0][0])
    assert said[0][1] == logging.WARNING


def test_what_cannot_work_is_said_before_the_training(
    runner: SimpleNamespace,
    small_deploy: SmallDeploy,
    monkeypatch: pytest.MonkeyPatch,
    vit_config: Config,
) -> None:
    with pytest.raises(FileNotFoundError, match=r'no deploy config none\.py'):
        ExportHook(deploy=['none.py']).before_train(runner)
    monkeypatch.setitem(sys.modules, 'tensorrt', None)  # type: ignore[arg-type]
    hook = ExportHook(deploy=[str(small_deploy('tensorrt_fp16_static.py'))])
    with pytest.raises(ImportError, match='TensorRT is not installed'):
        hook.before_train(runner)
    hook = ExportHook(deploy=[str(small_deploy('onnxruntime_dynamic.py'))])
    with pytest.raises(ValueError, match='a ViT is exported for one size'):
        hook.before_train(SimpleNamespace(cfg=vit_config))
    for options in ({'deploy': []}, {'deploy': 'a.py'}, {'deploy': ['a.py'], 'runs': 0}):
        with pytest.raises(ValueError, match='needed are a list of deploy configs and 1 or more'):
            ExportHook(**options)


def test_the_median_leaves_warm_up_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three runs of 9 s to warm up, then 1, 5, 2 s."""
    now, lasting = [0.0], [9.0, 9.0, 9.0, 1.0, 5.0, 2.0]
    monkeypatch.setattr(module.time, 'perf_counter', lambda: now[0])

    def model(tiles: Sequence[np.ndarray]) -> None:
        assert [tile.shape for tile in tiles] == [(16, 16, 3)]
        now[0] += lasting.pop(0)

    assert median_ms(model, size_px=16, runs=3) == pytest.approx(2000)  # type: ignore[arg-type]
