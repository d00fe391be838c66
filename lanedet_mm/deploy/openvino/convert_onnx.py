"""An ONNX file as OpenVINO's X.xml and X.bin."""

from pathlib import Path

from lanedet_mm.deploy.onnx_graph import read_graph
from lanedet_mm.deploy.openvino.import_openvino import import_openvino
from lanedet_mm.deploy.openvino.openvino_session import PRECISION_PATH, PRECISIONS


def convert_onnx(source: Path | str, out: Path | str, *, precision: str = 'fp32') -> Path:
    """Write a graph as OpenVINO reads it fastest, with all that the ONNX file says of itself.

    Args:
        source: ONNX file whose weights lie inside it.
        out: The `.xml` file; its weights go to a `.bin` file beside it.
        precision: 'fp32', 'int8' (the file has Q/DQ nodes), or 'fp16': half the size, and half
            precision also where it runs.

    Returns:
        The `.xml` file.

    Raises:
        ImportError: If OpenVINO is not installed.
        FileNotFoundError: If the source is missing.
        ValueError: If it is cut off, or the precision is not one of these.
    """
    if precision not in PRECISIONS:
        raise ValueError(f'precision {precision!r}; needed is one of {PRECISIONS}')
    openvino, out = import_openvino(), Path(out)
    read_graph(source)  # says more of a broken file than OpenVINO does
    model = openvino.convert_model(str(source))
    model.set_rt_info(precision, PRECISION_PATH)
    out.parent.mkdir(parents=True, exist_ok=True)
    openvino.save_model(model, str(out), compress_to_fp16=precision == 'fp16')
    return out
