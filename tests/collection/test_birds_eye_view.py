import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lanedet_mm.collection.birds_eye_view import RoadCamera, birds_eye_view
from lanedet_mm.collection.collection_error import CollectionError

# As in the data set's files.
CITYSCAPES = {
    'focal_px': (2262.52, 2265.30),
    'centre_px': (1096.98, 513.137),
    'position_m': (1.7, 0.1, 1.22),
    'yaw': -0.0195,
    'pitch': 0.038,
    'roll': 0.0,
}


def pixel_of(camera: RoadCamera, ground: tuple[float, float]) -> np.ndarray:
    at = camera.ground_to_pixel() @ np.array([*ground, 1])
    return at[:2] / at[2]


def level(**changes: Any) -> RoadCamera:  # noqa: ANN401
    plain = {
        'focal_px': (1000.0, 1000.0),
        'centre_px': (500.0, 400.0),
        'position_m': (0.0, 0.0, 2.0),
        'yaw': 0.0,
        'pitch': 0.0,
        'roll': 0.0,
    }
    return RoadCamera(**{**plain, **changes})


@pytest.mark.parametrize(
    ('changes', 'ground', 'pixel'),
    [
        ({}, (10, 0), (500, 600)),  # 2 m below at 10 m: 200 px below the centre
        ({}, (20, 0), (500, 500)),  # further away is nearer to the horizon
        ({}, (10, 1), (400, 600)),  # left is left
        ({'position_m': (4.0, 1.0, 2.0)}, (14, 1), (500, 600)),
        ({'pitch': math.atan(0.2)}, (10, 0), (500, 400)),  # looking down at the point
        ({'yaw': math.atan(0.1)}, (10, 1), (500, 400 + 200 / math.sqrt(1.01))),
    ],
)
def test_ground_comes_out_where_the_pinhole_has_it(
    changes: dict[str, Any], ground: tuple[float, float], pixel: tuple[float, float]
) -> None:
    np.testing.assert_allclose(pixel_of(level(**changes), ground), pixel, atol=1e-6)


def test_rolled_to_the_right_the_left_ground_sinks() -> None:
    left, right = (pixel_of(level(roll=0.05), (10, y))[1] for y in (2, -2))
    assert left > right + 10


def photograph(camera: RoadCamera, size_hw: tuple[int, int] = (1024, 2048)) -> np.ndarray:
    """Ground with a white line at y = 1.5 m, and a red square 2 m wide from (22, -3) on."""
    back = np.linalg.inv(camera.ground_to_pixel())
    rows, cols = np.mgrid[: size_hw[0], : size_hw[1]]
    ground = back @ np.stack([cols.ravel(), rows.ravel(), np.ones(rows.size)])
    x, y = (ground[:2] / ground[2]).reshape(2, *size_hw)
    image = np.full((*size_hw, 3), 90, np.uint8)
    image[np.abs(y - 1.5) < 0.15] = 255
    image[(x >= 22) & (x < 24) & (y >= -3) & (y < -1)] = (0, 0, 255)
    return image


@pytest.mark.parametrize('roll', [0.0, 0.02])
def test_what_was_painted_on_the_ground_comes_back_in_its_place(roll: float) -> None:
    camera = RoadCamera(**{**CITYSCAPES, 'roll': roll})
    view = birds_eye_view(photograph(camera), camera, tile_px=512, gsd_m=0.025, near_m=17.0)
    # The view is 12.8 m wide with the car's track in the middle; forward is up.
    line = np.argwhere((view > 200).all(2))
    assert line[:, 1].mean() == pytest.approx((6.4 - 1.5) / 0.025 - 0.5, abs=1.5)
    assert np.ptp(line[:, 1]) < 20
    red = np.argwhere((view[..., 2] > 200) & (view[..., 1] < 60))
    far, near = red[:, 0].min(), red[:, 0].max()
    assert far == pytest.approx((17 + 12.8 - 24) / 0.025, abs=6)  # rows are 0.2 m there
    assert near == pytest.approx((17 + 12.8 - 22) / 0.025, abs=6)
    assert red[:, 1].min() == pytest.approx((6.4 + 1) / 0.025, abs=3)
    assert red[:, 1].max() == pytest.approx((6.4 + 3) / 0.025, abs=3)


@pytest.mark.parametrize('near_m', [0.0, 3.0, 10.0])
def test_a_view_that_the_photograph_does_not_hold_is_refused(near_m: float) -> None:
    camera = RoadCamera(**CITYSCAPES)
    with pytest.raises(CollectionError, match='reaches beyond the photograph'):
        birds_eye_view(
            np.zeros((1024, 2048, 3), np.uint8), camera, tile_px=512, gsd_m=0.025, near_m=near_m
        )


def camera_json(**changes: float) -> dict[str, Any]:
    outer = {'baseline': 0.21, 'pitch': 0.038, 'roll': 0.0, 'x': 1.7, 'y': 0.1, 'yaw': -0.0195}
    inner = {'fx': 2262.52, 'fy': 2265.3, 'u0': 1096.98, 'v0': 513.137}
    return {'extrinsic': {**outer, 'z': 1.22, **changes}, 'intrinsic': inner}


def test_a_camera_file_is_read(tmp_path: Path) -> None:
    (tmp_path / 'camera.json').write_text(json.dumps(camera_json()))
    assert RoadCamera.read(tmp_path / 'camera.json') == RoadCamera(**CITYSCAPES)


@pytest.mark.parametrize(
    ('text', 'message'),
    [
        ('{"extrinsic": {}}', 'needed are intrinsic fx, fy, u0, v0'),
        ('[', 'is no camera file'),
        (json.dumps(camera_json(z=-1)), 'height have to be above 0'),
    ],
)
def test_a_broken_camera_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / 'camera.json').write_text(text)
    with pytest.raises(CollectionError, match=message):
        RoadCamera.read(tmp_path / 'camera.json')
    with pytest.raises(CollectionError, match='no camera file'):
        RoadCamera.read(tmp_path / 'gone.json')
