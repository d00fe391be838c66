import numpy as np
from mmengine.runner import set_random_seed
from mmseg.datasets.transforms import PhotoMetricDistortion

from lanedet_mm.datasets.transforms import LutPhotoMetricDistortion


def test_equal_to_mmseg_to_the_last_bit() -> None:
    image = np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    changed = 0
    for seed in range(60):  # all 2 ** 5 ways, brightness, contrast twice, saturation, hue
        set_random_seed(seed)
        expected = PhotoMetricDistortion()({'img': image.copy()})['img']
        set_random_seed(seed)
        result = LutPhotoMetricDistortion()({'img': image.copy()})['img']
        np.testing.assert_array_equal(result, expected)
        changed += (result != image).any()
    assert changed > 50
