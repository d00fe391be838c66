import numpy as np

from lanedet_mm.deploy.onnxruntime.static_quantization import normalized_tiles


def test_tiles_are_normalized_as_the_file_says() -> None:
    tile = np.array([[[10, 20, 30]]], np.uint8)  # B, G, R
    description = {'mean': [1, 2, 3], 'std': [1, 2, 4], 'to_rgb': True}
    (batch,) = normalized_tiles([tile], description)
    assert batch.shape == (1, 3, 1, 1) and batch.dtype == np.float32
    assert batch.ravel().tolist() == [29.0, 9.0, 1.75]
    (plain,) = normalized_tiles([tile], {})
    assert plain.ravel().tolist() == [10.0, 20.0, 30.0]
