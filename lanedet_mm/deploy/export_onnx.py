"""A checkpoint as one ONNX file, by mmdeploy."""

import contextlib
import copy
import functools
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import numpy as np
import onnx
import torch
from mmengine.config import Config
from mmengine.logging import MMLogger
from mmengine.registry import init_default_scope
from mmseg.utils.set_env import register_all_modules

from lanedet_mm.deploy.model_metadata import model_metadata, training_px, write_metadata
from lanedet_mm.inference.torch_model import predicting_model


def export_onnx(
    deploy_config: Config | Path | str,
    config: Config | Path | str,
    checkpoint: Path | str,
    out: Path | str,
) -> Path:
    """Export through mmdeploy and write what a user of the file needs into the file.

    The graph is the same for every back end, and ends with logits, or with what the deploy config's
    `codebase_config` says: `with_softmax` probabilities, `with_argmax` class indices.

    Args:
        deploy_config: mmdeploy's deploy config, or its file.
        config: Config of the model, or its file; of a distiller's, the student is exported.
        checkpoint: Its weights.
        out: Folder of the file, which the deploy config names.

    Returns:
        The ONNX file, with its metadata (`model_metadata`).

    Raises:
        ValueError: If it is to end with what the decode head has not (`check_channels`).
    """
    from mmdeploy.apis import torch2onnx  # mmdeploy is only here for export

    # mmdeploy puts its own things into both.
    deploy, model = (copy.deepcopy(_read(one)) for one in (deploy_config, config))
    check_channels(deploy, model)
    deploy.backend_config = {'type': 'onnxruntime'}  # of others mmdeploy wants a GPU
    model.model = predicting_model(model)
    tile_px = window_px(deploy, model)
    metadata = model_metadata(model, checkpoint, output=output_kind(deploy), tile_px=tile_px)
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    tile = np.zeros((tile_px, tile_px, 3), np.uint8)
    name = deploy.onnx_config.save_file
    init_default_scope(model.get('default_scope', 'mmseg'))
    with _torchscript_exporter(), _same_scope(), _quiet():
        torch2onnx(tile, str(out), name, deploy, model, str(checkpoint), 'cpu')
    proto = onnx.load(out / name)
    _drop_dropout(proto)
    if metadata['output'] == 'probabilities':
        _append_softmax(proto)
    if metadata['output'] != 'class_map':  # else 1, and the exporter knows that
        channels = proto.graph.output[0].type.tensor_type.shape.dim[1]
        channels.dim_value = len(metadata['classes'])
    write_metadata(proto, metadata)
    onnx.checker.check_model(proto)
    onnx.save(proto, out / name)
    return out / name


def output_kind(deploy: Config) -> str:
    """What the graph of a deploy config ends with."""
    codebase = deploy.codebase_config
    if codebase.get('with_argmax', True):  # mmdeploy's default
        return 'class_map'
    return 'probabilities' if codebase.get('with_softmax') else 'logits'


def check_channels(deploy: Config, config: Config) -> None:
    """Refuse logits or probabilities of a decode head of one channel.

    Raises:
        ValueError: If they are asked for; mmdeploy ends such a graph with a class map.
    """
    head = predicting_model(config).get('decode_head') or {}
    last = head[-1] if isinstance(head, list | tuple) else head
    kind = output_kind(deploy)
    if kind != 'class_map' and 1 in (last.get('out_channels'), last.get('num_classes')):
        raise ValueError(
            f'the decode head has one channel, and the deploy config asks for {kind}; mmdeploy '
            'gives a class map of it: train it with out_channels=2, or take a config with_argmax '
            '(such as configs/deploy/onnxruntime_static.py)'
        )


def window_px(deploy: Config, config: Config) -> int:
    """Side of the windows that the graph takes, or, where it takes any, of training's crops."""
    size_wh = deploy.onnx_config.get('input_shape')
    if not size_wh:
        return training_px(config)
    if size_wh[0] != size_wh[1]:
        raise ValueError(f'input_shape is {tuple(size_wh)}; needed is a square')
    return int(size_wh[0])


def _read(config: Config | Path | str) -> Config:
    return config if isinstance(config, Config) else Config.fromfile(config)


def _drop_dropout(model: onnx.ModelProto) -> None:
    """Take out Dropout, which mmpretrain's attention calls as in training, with a share of 0."""
    graph = model.graph
    passed = {node.output[0]: node.input[0] for node in graph.node if node.op_type == 'Dropout'}
    if not passed:
        return
    kept = [node for node in graph.node if node.op_type != 'Dropout']
    for node in kept:
        node.input[:] = [passed.get(one, one) for one in node.input]
    # What only Dropout read, its share and its mode, goes with it.
    read = {name for node in kept for name in node.input} | {one.name for one in graph.output}
    del graph.node[:]
    graph.node.extend(node for node in kept if read.intersection(node.output))


def _append_softmax(model: onnx.ModelProto) -> None:
    """End with probabilities, under the name that the logits had.

    Not as ONNX's `Softmax`, for which ONNX Runtime turns the axes around and back.
    """
    graph, name = model.graph, model.graph.output[0].name
    for node in graph.node:
        for names in (node.input, node.output):
            names[:] = ['logits' if one == name else one for one in names]
    graph.initializer.append(onnx.numpy_helper.from_array(np.array([1]), 'channels'))
    axis_is_input = model.opset_import[0].version >= 18  # of ReduceMax; of ReduceSum it always is
    node = onnx.helper.make_node
    graph.node.extend(
        [
            node('ReduceMax', ['logits', 'channels'], ['greatest'])
            if axis_is_input
            else node('ReduceMax', ['logits'], ['greatest'], axes=[1]),
            node('Sub', ['logits', 'greatest'], ['below']),
            node('Exp', ['below'], ['power']),
            node('ReduceSum', ['power', 'channels'], ['total']),
            node('Div', ['power', 'total'], [name]),
        ]
    )


@contextlib.contextmanager
def _torchscript_exporter() -> Iterator[None]:
    """torch's newer exporter cannot follow mmdeploy's rewritten forward."""
    export = functools.partial(torch.onnx.export, dynamo=False)
    with patch('torch.onnx.export', export):
        yield


@contextlib.contextmanager
def _same_scope() -> Iterator[None]:
    """mmdeploy makes mmseg's scope the default, where types of ours are not found."""
    with patch(
        'mmseg.utils.set_env.register_all_modules',
        lambda init_default_scope: register_all_modules(init_default_scope=False),
    ):
        yield


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """mmdeploy and the tracer warn of operators and branches that no model here has."""
    from mmdeploy.utils import get_root_logger

    loggers = [MMLogger.get_current_instance(), get_root_logger()]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
