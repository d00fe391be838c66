from pathlib import Path
from types import SimpleNamespace
from typing import Any

import onnxruntime
import pytest
import torch
from mmengine.registry import init_default_scope
from torch import nn

from lanedet_mm.engine.hooks import SpeedComparisonHook, speed_comparison_hook
from lanedet_mm.engine.hooks.speed_comparison_hook import export_logits
from lanedet_mm.registry import MODELS


def network(width: int) -> dict[str, Any]:
    """Gives logits at stride 2."""
    return {
        'type': 'EncoderDecoder',
        'backbone': {'type': 'UNetEncoder', 'widths': (4, width), 'convs_per_stage': 1},
        'decode_head': {
            'type': 'FCNHead', 'in_channels': width, 'in_index': 1, 'channels': 4, 'num_convs': 1,
            'num_classes': 3, 'loss_decode': {'type': 'CrossEntropyLoss'},
        },
        'test_cfg': {'mode': 'whole'},
    }  # fmt: skip


def build(config: dict[str, Any]) -> nn.Module:
    init_default_scope('lanedet_mm')
    torch.manual_seed(0)
    return MODELS.build(config)


def test_the_file_says_what_the_model_predicts_and_the_model_stays(tmp_path: Path) -> None:
    model, image = build(network(8)).train().double(), torch.randn(1, 3, 24, 24)
    export_logits(model, tmp_path / 'model.onnx', size_px=24)
    assert model.training
    assert next(model.parameters()).dtype == torch.float64
    session = onnxruntime.InferenceSession(tmp_path / 'model.onnx')
    (logits,) = session.run(None, {'image': image.numpy()})
    meta = {'img_shape': (24, 24), 'pad_shape': (24, 24)}
    want = model.float().eval().encode_decode(image, [meta]).detach()
    torch.testing.assert_close(torch.from_numpy(logits), want, rtol=1e-4, atol=1e-5)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(speed_comparison_hook, 'print_log', lambda text, _: lines.append(text))
    return lines


def test_both_run_in_turns_and_their_medians_are_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    teacher = build(network(16))
    torch.save({'state_dict': teacher.state_dict()}, tmp_path / 'teacher.pth')
    model = build(
        {
            'type': 'SegmentorDistiller',
            'student': network(8),
            'teacher': network(16),
            'teacher_checkpoint': str(tmp_path / 'teacher.pth'),
        }
    )
    model.init_weights()
    order: list[str] = []
    now = [0.0]

    class Session:
        """Takes 2 s for the student and 6 s for the teacher; nine times as long to warm up."""

        def __init__(self, path: Path, options: Any, providers: list[str]) -> None:  # noqa: ANN401
            assert options.intra_op_num_threads == 3
            assert path.is_file()
            self.name = path.stem

        def run(self, _: None, feed: dict[str, Any]) -> None:
            assert feed['image'].shape == (1, 3, 32, 32)
            order.append(self.name)
            now[0] += {'student': 2, 'teacher': 6}[self.name] * (9 if len(order) <= 4 else 1)

    monkeypatch.setattr(speed_comparison_hook.onnxruntime, 'InferenceSession', Session)
    monkeypatch.setattr(speed_comparison_hook.time, 'perf_counter', lambda: now[0])
    hook = SpeedComparisonHook(size_px=32, runs=3, threads=3)
    hook.after_train(SimpleNamespace(model=model))
    assert order == ['student', 'teacher'] * 5
    (line,) = said
    assert line.startswith('at 32 x 32 px on 3 CPU threads: student 2000.0 ms (')
    assert 'teacher 6000.0 ms (' in line
    assert line.endswith('3.00 times as fast')


def test_what_cannot_be_is_refused() -> None:
    for name in ('size_px', 'runs', 'threads'):
        with pytest.raises(ValueError, match=f'{name} 0.*; needed is 1 or more of each'):
            SpeedComparisonHook(**{name: 0})
