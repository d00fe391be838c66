import math
from pathlib import Path

import numpy as np
import pytest
from made_rasters import WriteRaster, coarse, reason_of, requests_of, source_of
from pyproj import Transformer


def test_tiles_are_taken_at_the_scale_that_was_asked_for(
    tmp_path: Path, write_raster: WriteRaster
) -> None:
    rgb = np.full((261, 201, 3), 90, np.uint8)
    rgb[:, 128:] = 200
    # 0.1 m of ground: on its central meridian UTM shrinks by 0.9996.
    write_raster(tmp_path / 'a.tif', rgb, corner=(500_000.0, 5_410_000.0), size=0.1 * 0.9996)
    source = source_of(tmp_path, gsd_m=0.2)
    requests = list(source.requests())
    assert [one.key for one in requests] == [  # 130 rows, 100 columns
        f'a@r{row}c{column}' for row in (0, 64, 66) for column in (0, 36)
    ]
    tile = source.fetch(requests[1])
    assert tile.gsd_m == 0.2
    assert tile.image.shape == (64, 64, 3)
    line = tile.image[32, :, 0]
    assert (line[:27] == 90).all()  # the paint begins at column 64 of the whole, 28 of this
    assert (line[29:] == 200).all()
    region = requests[1].region
    assert region is not None
    to_mercator = Transformer.from_crs(32631, 3857, always_xy=True)
    # 36 px of 0.2 m to the right, and a window of 12.8 m.
    west, north = to_mercator.transform(500_000 + 7.2 * 0.9996, 5_410_000)
    east, south = to_mercator.transform(500_000 + 20 * 0.9996, 5_410_000 - 12.8 * 0.9996)
    assert region == pytest.approx((west, south, east, north), abs=0.02)


@pytest.mark.parametrize(
    ('crs', 'message'),
    [
        ('EPSG:4326', 'its corner 450000, 5.41e+06 is no place of EPSG:4326'),
        ('LOCAL_CS["of the site",UNIT["metre",1]]', 'does not say where on Earth it lies'),
    ],
)
def test_a_raster_whose_projection_cannot_be_fails_alone(
    tmp_path: Path, write_raster: WriteRaster, crs: str, message: str
) -> None:
    write_raster(tmp_path / 'a.tif', coarse(0, (8, 8)), crs=crs)
    assert message in reason_of(tmp_path)
    write_raster(tmp_path / 'b.tif', coarse(1, (8, 8)))
    assert [one.key for one in requests_of(tmp_path, gsd_m=0.1)] == ['a.tif', 'b@r0c0']


@pytest.mark.parametrize('gsd_m', [0.0, -0.1, math.nan])
def test_a_scale_that_is_none_is_refused(tmp_path: Path, gsd_m: float) -> None:
    with pytest.raises(ValueError, match='needed is more than 0, or None'):
        source_of(tmp_path, gsd_m=gsd_m)
