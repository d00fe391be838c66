import onnx
import pytest
from onnx import TensorProto, helper

from lanedet_mm.deploy.tensorrt.parser_limits import check_parsable


def graph_of(node: onnx.NodeProto) -> onnx.ModelProto:
    output = helper.make_tensor_value_info('output', TensorProto.FLOAT, None)
    return helper.make_model(helper.make_graph([node], 'g', [], [output]))


def test_a_plug_in_of_another_library_is_refused() -> None:
    node = helper.make_node(
        'TRTBicubicInterpolate', ['input'], ['output'], name='/resize', domain='mmdeploy'
    )
    with pytest.raises(ValueError, match=r'mmdeploy::TRTBicubicInterpolate \(/resize\) is no oper'):
        check_parsable(graph_of(node))


@pytest.mark.parametrize('mode', ['nearest', 'linear'])
def test_other_resizes_are_taken(mode: str) -> None:
    inputs = ['input', '', 'scales']
    check_parsable(graph_of(helper.make_node('Resize', inputs, ['output'], mode=mode)))
    with pytest.raises(ValueError, match='not by bicubic interpolation'):
        check_parsable(graph_of(helper.make_node('Resize', inputs, ['output'], mode='cubic')))
