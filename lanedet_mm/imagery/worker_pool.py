"""Processes that work on one core each and end with the run that started them."""

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait
from typing import Literal

import cv2


def worker_pool(processes: int, *, start: Literal['fork', 'spawn']) -> ProcessPoolExecutor:
    """A pool; unlike `multiprocessing.Pool` it notices a process that was killed.

    Args:
        processes: How many, at least 1.
        start: 'fork' is quick where the program has imported much, 'spawn' safe where other
            threads run.
    """
    context = multiprocessing.get_context(start)
    return ProcessPoolExecutor(processes, context, _start_worker)


def _start_worker() -> None:
    cv2.setNumThreads(1)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when its parent was killed; it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
