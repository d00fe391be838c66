"""What tensors on a CPU free, the next ones take."""

import ctypes
import os
import sys

# Of mallopt(3): never give back the end of the heap, grow it by so much, map no block by itself.
_OPTIONS = {'TRIM_THRESHOLD': (-1, 2**31 - 1), 'TOP_PAD': (-2, 2**26), 'MMAP_MAX': (-4, 0)}


def keep_freed_memory() -> bool:
    """Have this process and those that it forks keep the memory that they free.

    glibc maps a block above 32 MiB by itself and gives it back when it is freed, so that the kernel
    has to clear page after page for the next one: half of the time that a U-Net takes for an image
    of 1024 px, a seventh of a training step with crops of 192 px. The price is a higher peak, 0.5 %
    at 512 px and 43 % at 2048 px (docs/benchmarks.md, "Memory that is kept").

    Nothing is changed where the environment has a setting of its own (MALLOC_MMAP_MAX_ and others
    of mallopt(3)), or where the C library is not glibc.

    Returns:
        Whether it was changed.
    """
    owned = (*_OPTIONS, 'MMAP_THRESHOLD')
    if not sys.platform.startswith('linux') or any(
        f'MALLOC_{name}_' in os.environ for name in owned
    ):
        return False
    mallopt = getattr(ctypes.CDLL(None), 'mallopt', None)
    return mallopt is not None and all(mallopt(*option) for option in _OPTIONS.values())
