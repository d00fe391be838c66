from pathlib import Path

import pytest
import rasterio
from made_rasters import WriteRaster, coarse, source_of
from rasterio.io import DatasetReader


def test_one_raster_at_a_time_is_open(
    tmp_path: Path, write_raster: WriteRaster, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(4):
        write_raster(tmp_path / f'{seed}.tif', coarse(seed, (8, 16)))
    opened: list[DatasetReader] = []
    really = rasterio.open

    def note(path: Path) -> DatasetReader:
        opened.append(really(path))
        return opened[-1]

    source = source_of(tmp_path)
    requests = list(source.requests())
    monkeypatch.setattr(rasterio, 'open', note)
    for request in requests:
        source.fetch(request)
        assert sum(not one.closed for one in opened) == 1
    assert len(opened) == 4  # two windows each
    source.close()
    assert all(one.closed for one in opened)
