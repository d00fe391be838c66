import os

import cv2
import pytest

from lanedet_mm.imagery import worker_pool


@pytest.mark.parametrize('start', ['fork', 'spawn'])
def test_a_worker_is_another_process_with_one_thread(start: str) -> None:
    with worker_pool(1, start=start) as pool:
        assert pool.submit(os.getpid).result() != os.getpid()
        assert pool.submit(cv2.getNumThreads).result() == 1


def test_a_setting_of_the_user_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('MALLOC_TOP_PAD_', '7')
    with worker_pool(1, start='spawn') as pool:
        assert pool.submit(os.getenv, 'MALLOC_TOP_PAD_').result() == '7'
        assert pool.submit(os.getenv, 'MALLOC_TRIM_THRESHOLD_').result() == str(2**28)
