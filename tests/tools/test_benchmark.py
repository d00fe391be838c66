import csv
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import cv2
import onnx
import pytest
from onnx import TensorProto, helper

CallTool = Callable[..., str]
LoadTool = Callable[[str], ModuleType]
SMALL = ('--batches', 1, '--threads', 1, '--turns', 2, '--runs', 1)
DETAIL = {'classes': ['a', 'b', 'c'], 'palette': [[0, 0, 0]] * 3, 'output': 'probabilities'}


def save_identity(path: Path, side: int | str) -> Path:
    """A network that gives what it takes."""
    shape = ('n', 3, side, side)
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name in ('input', 'output')
    ]
    node = helper.make_node('Identity', ['input'], ['output'])
    graph = helper.make_graph([node], 'identity', ends[:1], ends[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=9)
    helper.set_model_props(model, {'lanedet_mm': json.dumps(DETAIL)})
    onnx.save(model, path)
    return path


def test_table_csv_and_picture(tmp_path: Path, call_tool: CallTool) -> None:
    free = save_identity(tmp_path / 'free.onnx', 'side')
    fixed = save_identity(tmp_path / 'fixed.onnx', 32)
    models = ('--models', f'free={free}', f'fixed={fixed}', '--provider', 'onnxruntime')
    out = tmp_path / 'out'
    printed = call_tool(
        'benchmark.py', *models, '--sizes', 32, 64, *SMALL, '--lane-iou', 'free=50', '--out', out
    )
    lines = printed.splitlines()
    assert ' cores' in lines[0] and 'ONNX Runtime 1' in lines[0] and 'Medians of 2 runs' in lines[0]
    rows = [[cell.strip() for cell in line.strip('|').split('|')] for line in lines[2:7]]
    assert [row[:3] for row in rows[2:]] == [
        ['free', 'onnxruntime', '32'],
        ['fixed', 'onnxruntime', '32'],
        ['free', 'onnxruntime', '64'],
    ]
    assert [row[-1] for row in rows[2:]] == ['50.00', '', '50.00']
    assert lines[-1] == (
        '- fixed, onnxruntime, 64 px, batch 1: ValueError: takes windows of 32 px and no others'
    )
    assert (out / 'times.md').read_text() == printed
    times = list(csv.DictReader((out / 'times.csv').open()))
    assert [one['error'] != '' for one in times] == [False, False, False, True]
    assert float(times[0]['megapixels/s']) == pytest.approx(
        float(times[0]['tiles/s']) * 32 * 32 / 1e6
    )
    picture = cv2.imread(str(out / 'times.png'))
    assert picture is not None and picture.shape[1] == 1200  # lane IoU has its panel


def test_what_no_runtime_opens_is_said(tmp_path: Path, call_tool: CallTool) -> None:
    config = tmp_path / 'config.py'
    config.write_text('')
    printed = call_tool(
        'benchmark.py', '--models', f'a={config}', '--provider', 'onnxruntime', status=1
    )
    assert 'none of onnxruntime opens a; needed is CONFIG,CHECKPOINT for PyTorch, X.onnx' in printed
    engine = tmp_path / 'a.engine'
    engine.touch()
    printed = call_tool(
        'benchmark.py', '--models', f'a={engine}', '--provider', 'onnxruntime', status=1
    )
    assert 'none of onnxruntime opens a; ' in printed
    assert 'or X.engine where TensorRT is installed' in printed
    printed = call_tool('benchmark.py', '--models', f'a={tmp_path / "none.onnx"}', status=1)
    assert f'no model {tmp_path / "none.onnx"}' in printed


def test_files_of_several_runtimes_with_one_name(tmp_path: Path, load_tool: LoadTool) -> None:
    tool = load_tool('benchmark.py')
    names = ('c.py', 'c.pth', 'c.onnx', 'c.engine')
    for name in names:
        (tmp_path / name).touch()
    files = ','.join(str(tmp_path / name) for name in names)
    arguments = ['--models', f'a={files}', '--provider', 'pytorch', 'onnxruntime', 'tensorrt']
    cases = tool.make_cases(
        tool.parse_args([*arguments, '--sizes', '8', '--batches', '1', '4', '--threads', '1'])
    )
    assert [(one.provider, len(one.files), one.batch) for one in cases] == [
        *[('pytorch', 2, 1), ('onnxruntime', 1, 1), ('tensorrt', 1, 1)],
        *[('pytorch', 2, 4), ('onnxruntime', 1, 4), ('tensorrt', 1, 4)],
    ]
