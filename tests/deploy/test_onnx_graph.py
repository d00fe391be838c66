import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from lanedet_mm.deploy.onnx_graph import (
    file_sha256,
    graph_precision,
    image_input,
    model_description,
    read_graph,
)

WriteConv = Callable[..., Path]


def test_what_a_file_says_of_itself(write_conv: WriteConv) -> None:
    path = write_conv(1, 3, 'height', 8, metadata='{"classes": ["road"]}')
    model = read_graph(path)
    assert image_input(model) == ('input', (1, 3, 'height', 8))
    assert model_description(model) == {'classes': ['road']}
    assert graph_precision(model) == 'fp32'
    assert file_sha256(path) == hashlib.sha256(path.read_bytes()).hexdigest()
    assert model_description(read_graph(write_conv())) is None


@pytest.mark.parametrize('share', [0, 0.5, 0.9])
def test_a_file_that_is_cut_off_is_refused(write_conv: WriteConv, share: float) -> None:
    path = write_conv()
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ValueError, match=r'conv\.onnx: is cut off or no ONNX file .* export it'):
        read_graph(path)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r'no model .*none\.onnx'):
        read_graph(tmp_path / 'none.onnx')


def test_weights_in_a_side_file_are_refused(write_conv: WriteConv) -> None:
    path = write_conv(channels=32)
    onnx.save(onnx.load(path), path, save_as_external_data=True, location='w', size_threshold=0)
    with pytest.raises(ValueError, match='weights in a side file; export it as one file'):
        read_graph(path)


def test_two_inputs_or_bytes_are_refused() -> None:
    def graph(*types: int) -> onnx.ModelProto:
        inputs = [
            helper.make_tensor_value_info(f'in{place}', kind, (1, 3, 8, 8))
            for place, kind in enumerate(types)
        ]
        return helper.make_model(helper.make_graph([], 'g', inputs, []))

    assert image_input(graph(TensorProto.FLOAT)) == ('in0', (1, 3, 8, 8))
    for model in (graph(TensorProto.FLOAT, TensorProto.FLOAT), graph(TensorProto.UINT8)):
        with pytest.raises(ValueError, match='needed is one image, float32'):
            image_input(model)


def test_weights_are_no_inputs() -> None:
    weight = onnx.numpy_helper.from_array(np.zeros(3, np.float32), 'weight')
    inputs = [
        helper.make_tensor_value_info('weight', TensorProto.FLOAT, (3,)),
        helper.make_tensor_value_info('image', TensorProto.FLOAT, ('n', 3, 8, 8)),
    ]
    model = helper.make_model(helper.make_graph([], 'g', inputs, [], [weight]))
    assert image_input(model) == ('image', ('n', 3, 8, 8))
