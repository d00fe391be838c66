"""Lane markings in aerial photographs: plug-ins and tools on OpenMMLab."""

import warnings

__version__ = '0.1.0'

# mmseg and mmpretrain say at each import that mmcv was built without compiled operators; nothing
# here uses one.
warnings.filterwarnings('ignore', message='Fail to import ``MultiScaleDeformableAttention``')
