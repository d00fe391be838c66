"""What QGIS's plug-in Deepness reads from an ONNX file."""

import json
from typing import Any


def deepness_metadata(metadata: dict[str, Any]) -> dict[str, str]:
    """Its keys with their values as JSON, so that the file works there as it is.

    Deepness cuts windows of the raster at `resolution` (centimetres per pixel), gives the graph
    their RGB divided by 255, less `standardization_mean`, over `standardization_std`, and takes
    the class of the greatest probability. It asks for a graph of one size. A graph of one output
    channel it takes for a mask, so that a class map shows there where lanes are, not of which kind.

    Args:
        metadata: As `model_metadata` gives it.

    Returns:
        Nothing for what cannot work there: logits, of which it sets those below 0 to 0, and a graph
        that takes BGR.
    """
    if metadata['output'] == 'logits' or not metadata['to_rgb']:
        return {}
    classes = metadata['classes'] if metadata['output'] == 'probabilities' else ['lane']
    values: dict[str, Any] = {
        'model_type': 'Segmentor',
        'class_names': dict(enumerate(classes)),
        'tile_size': metadata['tile_px'],
        'tiles_overlap': round(100 * metadata['overlap_px'] / metadata['tile_px']),
        'standardization_mean': [value / 255 for value in metadata['mean']],
        'standardization_std': [value / 255 for value in metadata['std']],
        'seg_thresh': 0.0,  # the greatest probability wins, however small
        'seg_small_segment': 0,  # a median filter, which would wipe out lines of 3 px
    }
    if metadata['ground_gsd_m']:
        low, high = metadata['ground_gsd_m']
        values['resolution'] = round(100 * (low + high) / 2, 3)
    return {key: json.dumps(value) for key, value in values.items()}
