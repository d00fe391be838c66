"""Lane markings in aerial photographs: plug-ins and tools on OpenMMLab."""

__version__ = '0.1.0'
