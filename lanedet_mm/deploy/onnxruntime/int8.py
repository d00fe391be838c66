"""INT8 for a CPU."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray

from lanedet_mm.deploy.fold_constants import fold_constants
from lanedet_mm.deploy.onnx_graph import image_input, model_description, read_graph
from lanedet_mm.deploy.onnxruntime.static_quantization import normalized_tiles, quantize_graph


def quantize_file(source: Path | str, out: Path | str, tiles: Sequence[NDArray[np.uint8]]) -> Path:
    """Quantize a file for a CPU; whether it is good enough has to be measured.

    Weights become signed, with a step per channel, and activations unsigned, with a step per
    tensor: what a CPU with VNNI multiplies at once. Signed activations take twice as long. Weights
    have 7 bits: on a CPU without VNNI, sums of two products with 8 are cut off at 16 bits, and the
    file would say something else there than where it was compared with PyTorch. The last
    convolution, which makes the logits, and what follows it stay in float32.

    Args:
        source: ONNX file with metadata, whose weights lie inside it.
        out: The quantized file; it has the same metadata.
        tiles: Some tens of windows of the training side, never of the test ground, in BGR, shape
            (H, W, 3), of the size that the file takes.

    Returns:
        The quantized file.

    Raises:
        FileNotFoundError: If the source is missing.
        ValueError: If it is cut off, does not say how to normalize tiles, or there are no tiles or
            tiles of another size.
    """
    from onnxruntime.quantization import QuantType

    model = read_graph(source)
    description = model_description(model)
    if description is None:
        raise ValueError(
            f'{source}: has no metadata, so that tiles cannot be normalized to calibrate INT8; '
            'export the model with tools/deploy.py'
        )
    _check_tiles(model, tiles, source)
    folded = fold_constants(model)
    quantized = quantize_graph(
        folded,
        normalized_tiles(tiles, description),
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        reduce_range=True,
        nodes_to_exclude=_from_last_convolution(folded.graph),
    )
    out = Path(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(quantized, out)
    return out


def _check_tiles(
    model: onnx.ModelProto, tiles: Sequence[NDArray[np.uint8]], source: Path | str
) -> None:
    """Refuse tiles that the graph would refuse with less to say."""
    _, (_, _, *size) = image_input(model)
    for tile in tiles:
        fits = tile.ndim == 3 and all(
            isinstance(side, str) or side == have
            for side, have in zip((*size, 3), tile.shape, strict=True)
        )
        if not fits:
            raise ValueError(
                f'{source}: a tile of shape {tile.shape} to calibrate on; needed is BGR of '
                f'{size[0]} x {size[1]} px, (H, W, 3)'
            )


def _from_last_convolution(graph: onnx.GraphProto) -> list[str]:
    """Names of the last convolution and of all nodes behind it."""
    convolutions = [place for place, node in enumerate(graph.node) if node.op_type == 'Conv']
    return [node.name for node in graph.node[convolutions[-1] :]] if convolutions else []
