"""Kernel timings that one build leaves to the next."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from lanedet_mm.deploy.tensorrt.gpu import Gpu

if TYPE_CHECKING:
    import tensorrt as trt


def timing_cache_name(gpu: Gpu, version: str) -> str:
    """A file name that only one GPU and version share, since a cache holds for no other."""
    return f'timing_{re.sub(r"[^0-9A-Za-z]+", "-", gpu.name)}_{version}.cache'


def take_timing_cache(config: trt.IBuilderConfig, path: Path) -> None:
    """Give a build the timings of a file, or none where it is not there.

    Raises:
        ValueError: If the file is of another GPU or version, or no timing cache.
    """
    cache = config.create_timing_cache(path.read_bytes() if path.is_file() else b'')
    if cache is None or not config.set_timing_cache(cache, ignore_mismatch=False):
        raise ValueError(
            f'{path}: is no timing cache of this GPU and this TensorRT; delete it or name another'
        )


def keep_timing_cache(config: trt.IBuilderConfig, path: Path) -> None:
    """Write a build's timings."""
    cache = config.get_timing_cache()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(cache.serialize()))
