"""The table of corruptions.

The amounts are our own, not ImageNet-C's: a line of 3 px is gone at blurs and noise at which a dog
of 200 px is still a dog. Strength 1 is what a photograph of another day or camera has, strength 5
what a person hardly reads.

| name | strength 1 to 5 | |
|---|---|---|
| shadow | 0.3, 0.45, 0.6, 0.7, 0.8 | of the light lost in the shadow of boxes |
| haze | 0.15, 0.3, 0.45, 0.6, 0.7 | of what is seen is airlight |
| brightness | 20, 40, 60, 80, 100 | grey levels added |
| contrast | 0.2, 0.35, 0.5, 0.65, 0.75 | of the distance to the mean colour lost |
| colour_cast | 0.1, 0.2, 0.3, 0.4, 0.5 | greatest relative change of a channel |
| motion_blur | 3, 5, 9, 13, 17 | px of way, in any direction |
| defocus_blur | 1, 1.5, 2, 3, 4 | px of radius |
| noise | 6, 12, 20, 30, 45 | grey levels of standard deviation |
| jpeg | 50, 30, 20, 12, 7 | quality |
| gsd_coarser | 1.2, 1.4, 1.6, 1.8, 2 | times the ground metres per pixel |
| gsd_finer | 1/1.2, 1/1.4, 1/1.6, 1/1.8, 1/2 | times the ground metres per pixel |
| rotation | 9, 18, 27, 36, 45 | degrees, the truth turns along |
"""

from lanedet_mm.evaluation.robustness.blur import defocus_blur, motion_blur
from lanedet_mm.evaluation.robustness.corruption import Corruption
from lanedet_mm.evaluation.robustness.light import (
    brightness,
    cast_shadow,
    colour_cast,
    contrast,
    haze,
)
from lanedet_mm.evaluation.robustness.rotation import rotate_image, rotation_matrix
from lanedet_mm.evaluation.robustness.sensor import jpeg, noise, resample

CORRUPTIONS: dict[str, Corruption] = {
    'shadow': Corruption(cast_shadow, (0.3, 0.45, 0.6, 0.7, 0.8), 'share of light lost'),
    'haze': Corruption(haze, (0.15, 0.3, 0.45, 0.6, 0.7), 'share of airlight'),
    'brightness': Corruption(brightness, (20, 40, 60, 80, 100), 'grey levels'),
    'contrast': Corruption(contrast, (0.2, 0.35, 0.5, 0.65, 0.75), 'share of contrast lost'),
    'colour_cast': Corruption(colour_cast, (0.1, 0.2, 0.3, 0.4, 0.5), 'relative gain'),
    'motion_blur': Corruption(motion_blur, (3, 5, 9, 13, 17), 'px of way'),
    'defocus_blur': Corruption(defocus_blur, (1, 1.5, 2, 3, 4), 'px of radius'),
    'noise': Corruption(noise, (6, 12, 20, 30, 45), 'grey levels of deviation'),
    'jpeg': Corruption(jpeg, (50, 30, 20, 12, 7), 'quality'),
    'gsd_coarser': Corruption(resample, (1.2, 1.4, 1.6, 1.8, 2), 'times the gsd'),
    'gsd_finer': Corruption(resample, (1 / 1.2, 1 / 1.4, 1 / 1.6, 1 / 1.8, 0.5), 'times the gsd'),
    'rotation': Corruption(rotate_image, (9, 18, 27, 36, 45), 'degrees', rotation_matrix),
}
