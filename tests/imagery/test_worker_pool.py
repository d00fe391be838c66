import os
from concurrent.futures import wait

import cv2
import numpy as np
import pytest

from lanedet_mm.imagery import worker_pool


@pytest.mark.parametrize('start', ['fork', 'spawn'])
def test_a_worker_is_another_process_with_one_thread(start: str) -> None:
    with worker_pool(1, start=start) as pool:
        assert pool.submit(os.getpid).result() != os.getpid()
        assert pool.submit(cv2.getNumThreads).result() <= 1


def test_a_worker_starts_also_after_opencv_has_started_threads_here() -> None:
    before = cv2.getNumThreads()
    cv2.setNumThreads(4)
    for _ in range(3):
        cv2.warpAffine(np.zeros((3000, 3000, 3), np.uint8), np.eye(2, 3), (3000, 3000))
    try:
        with worker_pool(1, start='fork') as pool:
            pid = pool.submit(os.getpid)
            done, _ = wait([pid], timeout=10)
            for process in pool._processes.values() if not done else ():
                process.kill()
            assert done
    finally:
        cv2.setNumThreads(before)


def test_a_setting_of_the_user_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('MALLOC_TOP_PAD_', '7')
    with worker_pool(1, start='spawn') as pool:
        assert pool.submit(os.getenv, 'MALLOC_TOP_PAD_').result() == '7'
        assert pool.submit(os.getenv, 'MALLOC_TRIM_THRESHOLD_').result() == str(2**28)
