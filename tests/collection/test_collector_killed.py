import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from lanedet_mm.collection.collector import Collector


def test_a_killed_run_goes_on_to_the_same_manifest(tmp_path: Path, write_raster: Any) -> None:  # noqa: ANN401
    rng = np.random.default_rng(0)
    rgb = rng.integers(1, 256, (168, 160, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
    rgb[20 : 20 + 64] = 0  # 40 of 420 windows have holes
    write_raster(tmp_path / 'in' / 'a.tif', rgb, nodata=0)
    source = {'type': 'RasterSource', 'folder': str(tmp_path / 'in'), 'licence': 'ours'}
    config = tmp_path / 'config.py'
    config.write_text(f'sources = [dict({source!r}, tile_px=64)]\n')
    tool = Path(__file__).parents[2] / 'tools' / 'collect_unlabeled.py'

    command = [sys.executable, str(tool), str(config), '--out', str(tmp_path / 'killed')]
    killed = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(list((tmp_path / 'killed' / 'tiles').glob('*.jpg'))) < 40:
        assert time.monotonic() < deadline
        time.sleep(0.002)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    assert not (tmp_path / 'killed' / 'manifest.parquet').exists()
    # What goes on is another process than the one that was killed; this one has its imports done.
    for out in ('whole', 'killed'):
        assert Collector(out=tmp_path / out).collect([{**source, 'tile_px': 64}]).is_whole
    files = [tmp_path / out / 'manifest.parquet' for out in ('whole', 'killed')]
    assert files[0].read_bytes() == files[1].read_bytes()
    tiles = [sorted(p.name for p in (file.parent / 'tiles').iterdir()) for file in files]
    assert tiles[0] == tiles[1]
    assert len(tiles[0]) == 380
