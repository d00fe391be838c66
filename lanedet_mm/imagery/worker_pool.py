"""Processes that work on one core each and end with the run that started them."""

import gc
import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait
from typing import Literal

import cv2

# Read by glibc when a process starts: keep freed pictures instead of asking the kernel for each
# one anew, which costs a tenth of a rendered tile's time.
_KEEP_MEMORY = {
    'MALLOC_MMAP_THRESHOLD_': str(2**25),
    'MALLOC_TRIM_THRESHOLD_': str(2**28),
    'MALLOC_TOP_PAD_': str(2**26),
}


def worker_pool(processes: int, *, start: Literal['fork', 'spawn']) -> ProcessPoolExecutor:
    """A pool; unlike `multiprocessing.Pool` it notices a process that was killed.

    Args:
        processes: How many, at least 1.
        start: 'fork' is quick where the program has imported much, 'spawn' safe where other
            threads run.
    """
    if start == 'spawn':
        for name, value in _KEEP_MEMORY.items():
            os.environ.setdefault(name, value)
    context = multiprocessing.get_context(start)
    return ProcessPoolExecutor(processes, context, _start_worker)


def _start_worker() -> None:
    # Not 1: that joins OpenCV's own threads, which a forked process does not have, for ever.
    cv2.setNumThreads(0)
    gc.freeze()  # what was imported is never garbage
    gc.set_threshold(100_000)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when its parent was killed; it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
