"""Q/DQ nodes by ONNX Runtime's own tools, from graph to graph."""

import logging
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from lanedet_mm.deploy.fold_constants import infer_shapes
from lanedet_mm.deploy.onnx_graph import image_input


def quantize_graph(
    model: onnx.ModelProto, inputs: Iterable[NDArray[np.float32]], **settings: object
) -> onnx.ModelProto:
    """A graph with Q/DQ nodes and steps per channel, calibrated by least and greatest values.

    Args:
        model: A graph of `fold_constants`.
        inputs: Normalized batches of the training side, never of the test ground, shape
            (N, C, H, W).
        settings: Further ones of `onnxruntime.quantization.quantize_static`.

    Returns:
        A new graph with the metadata of the old one.

    Raises:
        ValueError: If there are no batches.
    """
    from onnxruntime.quantization import QuantFormat, quantize_static
    from onnxruntime.quantization.calibrate import CalibrationDataReader

    class Reader(CalibrationDataReader):
        """Gives one batch after another."""

        def __init__(self, name: str) -> None:
            self.batches: Iterator[NDArray[np.float32]] = iter(inputs)
            self.name, self.read = name, 0

        def get_next(self) -> dict[str, NDArray[np.float32]] | None:
            batch = next(self.batches, None)
            self.read += batch is not None
            return None if batch is None else {self.name: batch}

    reader = Reader(image_input(model)[0])
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / 'model.onnx', Path(folder) / 'quantized.onnx'
        onnx.save(model, source)  # given as an object, its weights would move to another file
        options = {'quant_format': QuantFormat.QDQ, 'per_channel': True, **settings}
        try:
            _without_advice(quantize_static, source, out, reader, **options)
        except ValueError as error:
            if reader.read:
                raise
            raise ValueError(
                'no tiles to calibrate on; INT8 needs some tens of the training side'
            ) from error
        quantized = onnx.load(out)
    del quantized.metadata_props[:]
    quantized.metadata_props.extend(model.metadata_props)
    return infer_shapes(quantized)


def normalized_tiles(
    tiles: Iterable[NDArray[np.uint8]], description: dict[str, Any]
) -> Iterator[NDArray[np.float32]]:
    """What the graph is fed for each tile, as batches of one.

    Args:
        tiles: Images in BGR, shape (H, W, 3).
        description: What the ONNX file says of itself: `mean`, `std`, `to_rgb`.
    """
    mean = np.asarray(description.get('mean') or (0, 0, 0), np.float32)
    std = np.asarray(description.get('std') or (1, 1, 1), np.float32)
    for tile in tiles:
        image = tile[..., ::-1] if description.get('to_rgb') else tile
        batch = ((image - mean) / std).transpose(2, 0, 1)[None]
        yield np.ascontiguousarray(batch, np.float32)


def _without_advice(function: Any, *arguments: Any, **options: Any) -> None:  # noqa: ANN401
    """Call what advises on the root logger to preprocess, which has been done."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        function(*arguments, **options)
    finally:
        logging.disable(before)
