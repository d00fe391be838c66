"""Graphs of each kind of model in each precision: what the parser asks, and what they say."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from api_names import OPERATORS
from graph_facts import broken_rules, operator_types, shapeless_values
from mmengine.config import Config
from tiny_engines import ROOT

from lanedet_mm.deploy.export_onnx import export_onnx
from lanedet_mm.deploy.onnx_graph import graph_precision, model_description, read_graph
from lanedet_mm.deploy.onnxruntime.static_quantization import normalized_tiles
from lanedet_mm.deploy.tensorrt.input_profile import Shape
from lanedet_mm.deploy.tensorrt.parser_limits import check_parsable
from lanedet_mm.deploy.tensorrt.prepare_graph import prepare_graph

SIDE = 64
PRECISIONS = ('fp32', 'fp16', 'int8')
# Root mean square of the logits' error over that of the logits about their means: half again of
# the worst of the three that was seen. Untrained weights; what a trained model loses is measured
# with it.
TOLERANCE = {'fp32': 1e-5, 'fp16': 3.4e-3, 'int8': 0.12}


def tiles(seed: int, count: int) -> list[np.ndarray]:
    """Grey ground with bright and dark lines."""
    rng = np.random.default_rng(seed)
    images = rng.integers(60, 90, (count, SIDE, SIDE, 3), np.uint8)
    for image in images:
        for col in rng.integers(4, SIDE - 4, 3):
            image[:, col - 1 : col + 2] += np.uint8(120)
    return list(images)


def logits(model: onnx.ModelProto, batch: np.ndarray) -> np.ndarray:
    """What the graph says node by node.

    Without ONNX Runtime's fusion, whose integer products are cut off at 16 bits on a CPU without
    VNNI; TensorRT's are not.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    found: np.ndarray = session.run(None, {'input': batch})[0]
    return found


def rms(values: np.ndarray) -> float:
    return float(np.sqrt(np.square(values, dtype=np.float64).mean()))


@pytest.fixture(scope='session', params=[None, (1, 3, SIDE, SIDE)], ids=['dynamic', 'static'])
def shape(request: pytest.FixtureRequest) -> Shape | None:
    fixed: Shape | None = request.param
    return fixed


@pytest.fixture(scope='session')
def graphs(exported: Path, shape: Shape | None) -> dict[str, onnx.ModelProto]:
    """Each precision of one kind of model."""
    return {
        precision: prepare_graph(
            read_graph(exported), precision=precision, shape=shape, calibration_tiles=tiles(0, 8)
        )
        for precision in PRECISIONS
    }


def is_free_vit(exported: Path, shape: Shape | None) -> bool:
    return shape is None and 'vit' in str(exported)


@pytest.mark.parametrize('precision', PRECISIONS)
def test_the_parser_takes_every_operator_and_type(
    graphs: dict[str, onnx.ModelProto], precision: str
) -> None:
    table = json.loads(OPERATORS.read_text())
    wrong = {
        (operator, kind)
        for operator, kind in operator_types(graphs[precision])
        if kind not in table.get(operator, ())
    }
    assert wrong == set()


@pytest.mark.parametrize('ending', ['with_softmax', 'with_argmax'])
def test_the_parser_takes_probabilities_and_class_maps_too(
    tmp_path: Path, config: Config, checkpoint: Path, ending: str
) -> None:
    """Configs of ours end with logits, which their users may change."""
    deploy = Config.fromfile(ROOT / 'configs/deploy/tensorrt_fp16_dynamic.py')
    deploy.codebase_config[ending] = True
    graph = prepare_graph(
        read_graph(export_onnx(deploy, config, checkpoint, tmp_path)), precision='fp16'
    )
    table = json.loads(OPERATORS.read_text())
    used = operator_types(graph)
    assert {'with_softmax': 'Exp', 'with_argmax': 'ArgMax'}[ending] in {one for one, _ in used}
    assert {(name, kind) for name, kind in used if kind not in table.get(name, ())} == set()
    assert list(broken_rules(graph)) == []
    assert shapeless_values(graph) == []


def test_nothing_of_training_is_left(exported: Path) -> None:
    nodes = onnx.load(exported).graph.node
    assert 'Dropout' not in {node.op_type for node in nodes}
    assert not any(
        one.name == 'training_mode' and one.i for node in nodes for one in node.attribute
    )
    onnxruntime.InferenceSession(exported)  # no constant is missing


def test_the_table_is_of_the_reference(reference: Path) -> None:
    whole = json.loads((reference / 'onnx_operators_10.0.json').read_text())['operators']
    table = json.loads(OPERATORS.read_text())
    assert {name: whole[name]['types'] for name in table} == table
    assert all(whole[name]['supported'] for name in table)


@pytest.mark.parametrize('precision', PRECISIONS)
def test_no_node_breaks_a_rule_of_the_parser(
    graphs: dict[str, onnx.ModelProto], precision: str, exported: Path, shape: Shape | None
) -> None:
    graph = graphs[precision]
    if is_free_vit(exported, shape):
        # The position embedding; the one thing that TensorRT does not take, and it is said.
        assert [one.rpartition(': ')[2] for one in broken_rules(graph)] == ["mode b'cubic'"]
        with pytest.raises(ValueError, match=r'export it for one size .*tensorrt_fp16_static\.py'):
            check_parsable(graph)
    else:
        assert list(broken_rules(graph)) == []
        check_parsable(graph)


@pytest.mark.parametrize('precision', PRECISIONS)
def test_every_value_has_a_type_and_a_shape(
    graphs: dict[str, onnx.ModelProto], precision: str, shape: Shape | None
) -> None:
    graph = graphs[precision]
    onnx.checker.check_model(graph)
    assert shapeless_values(graph) == []
    if shape is not None:
        sides = [
            side
            for one in [*graph.graph.value_info, *graph.graph.output]
            for side in one.type.tensor_type.shape.dim
        ]
        assert all(side.dim_value > 0 for side in sides), 'a side of a static graph is free'
        assert 'Shape' not in {node.op_type for node in graph.graph.node}


@pytest.mark.parametrize('precision', PRECISIONS)
def test_logits_are_those_of_fp32(
    graphs: dict[str, onnx.ModelProto], precision: str, exported: Path
) -> None:
    whole = read_graph(exported)
    (batch,) = normalized_tiles(tiles(2, 1), model_description(whole) or {})
    expected = logits(whole, batch)
    found = logits(graphs[precision], batch)
    assert graph_precision(graphs[precision]) == precision
    assert found.shape == expected.shape == (1, 3, SIDE, SIDE)
    about = expected - expected.mean((0, 2, 3), keepdims=True)
    assert rms(found - expected) / rms(about) <= TOLERANCE[precision]


@pytest.mark.parametrize('precision', ['fp16', 'int8'])
def test_what_the_file_says_of_itself_stays(
    graphs: dict[str, onnx.ModelProto], precision: str, exported: Path
) -> None:
    assert graphs[precision].metadata_props == onnx.load(exported).metadata_props


def test_norms_and_softmax_compute_in_fp32(graphs: dict[str, onnx.ModelProto]) -> None:
    """And all weights of the rest are halves."""
    used = operator_types(graphs['fp16'])
    assert {kind for operator, kind in used if operator in ('LayerNormalization', 'Softmax')} <= {
        'FP32'
    }
    assert ('Conv', 'FP16') in used
    assert ('Conv', 'FP32') not in used


def test_every_convolution_but_the_last_is_quantized(graphs: dict[str, onnx.ModelProto]) -> None:
    nodes = graphs['int8'].graph.node
    made_by = {name: node.op_type for node in nodes for name in node.output}
    weighted = [node for node in nodes if node.op_type in ('Conv', 'ConvTranspose', 'Gemm')]
    behind = [made_by.get(node.input[1]) for node in weighted]
    last = max(place for place, node in enumerate(weighted) if node.op_type == 'Conv')
    assert [place for place, kind in enumerate(behind) if kind != 'DequantizeLinear'] == [last]
