"""The ground in front of a car, as seen from above."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from lanedet_mm.collection.collection_error import CollectionError

Matrix = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class RoadCamera:
    """A camera over flat ground.

    Frames are right-handed with x forward, y left, z up, both of the car, whose origin is on the
    ground, and of the camera. Angles in radians: yaw turns left, pitch down, roll to the right.

    Attributes:
        focal_px: Focal lengths along columns and rows.
        centre_px: Principal point, (column, row).
        position_m: Of the camera in the frame of the car.
        yaw: About z.
        pitch: About y.
        roll: About x.
    """

    focal_px: tuple[float, float]
    centre_px: tuple[float, float]
    position_m: tuple[float, float, float]
    yaw: float
    pitch: float
    roll: float

    @classmethod
    def read(cls, path: Path) -> 'RoadCamera':
        """Read a camera file of Cityscapes.

        Raises:
            CollectionError: If it is missing or is no such file.
        """
        try:
            data: dict[str, Any] = json.loads(path.read_bytes())
            inner, outer = data['intrinsic'], data['extrinsic']
            camera = cls(
                focal_px=(float(inner['fx']), float(inner['fy'])),
                centre_px=(float(inner['u0']), float(inner['v0'])),
                position_m=(float(outer['x']), float(outer['y']), float(outer['z'])),
                yaw=float(outer['yaw']),
                pitch=float(outer['pitch']),
                roll=float(outer['roll']),
            )
        except FileNotFoundError:
            raise CollectionError(f'no camera file {path}; get the camera package too') from None
        except (ValueError, LookupError, TypeError) as error:
            raise CollectionError(
                f'{path} is no camera file ({error!r}); needed are intrinsic fx, fy, u0, v0 and '
                'extrinsic x, y, z, yaw, pitch, roll'
            ) from None
        if not min(*camera.focal_px, camera.position_m[2]) > 0:
            raise CollectionError(f'{path}: focal lengths and height have to be above 0')
        return camera

    def ground_to_pixel(self) -> Matrix:
        """Homography of ground (x forward, y left, metres) to (column, row), shape (3, 3)."""
        turn = _about_z(self.yaw) @ _about_y(self.pitch) @ _about_x(self.roll)
        # Camera coordinates of a ground point p: turn.T @ (p - position).
        to_camera = turn.T @ np.column_stack([[1, 0, 0], [0, 1, 0], -np.array(self.position_m)])
        (fx, fy), (u0, v0) = self.focal_px, self.centre_px
        project = np.array([[u0, -fx, 0], [v0, 0, -fy], [1, 0, 0]])  # x is the depth
        return np.asarray(project @ to_camera, np.float64)


def birds_eye_view(
    image: NDArray[np.uint8],
    camera: RoadCamera,
    *,
    tile_px: int,
    gsd_m: float,
    near_m: float,
) -> NDArray[np.uint8]:
    """Ground ahead of the car from above, forward upwards, in the middle the car's own track.

    Args:
        image: BGR, shape (H, W, 3).
        camera: Its camera.
        tile_px: Side of the view.
        gsd_m: Ground metres per pixel.
        near_m: Where the view begins, ahead of the car's origin.

    Returns:
        BGR, shape (tile_px, tile_px, 3).

    Raises:
        CollectionError: If the view reaches beyond the photograph.
    """
    side_m = tile_px * gsd_m
    # (column, row) of the view to (x, y) on the ground, at pixel centres.
    to_ground = np.array(
        [
            [0, -gsd_m, near_m + side_m - gsd_m / 2],
            [-gsd_m, 0, side_m / 2 - gsd_m / 2],
            [0, 0, 1],
        ]
    )
    matrix = camera.ground_to_pixel() @ to_ground
    last = tile_px - 1
    corners = matrix @ np.array([[0, last, 0, last], [0, 0, last, last], [1, 1, 1, 1]])
    at = corners[:2] / corners[2]
    limit = np.array([[image.shape[1] - 1], [image.shape[0] - 1]])
    if (corners[2] <= 0).any() or (at < 0).any() or (at > limit).any():
        raise CollectionError(
            f'a view of {side_m:.1f} m from {near_m:.1f} m ahead reaches beyond the photograph; '
            'needed is a narrower one, or one that begins further ahead'
        )
    view = cv2.warpPerspective(
        image, matrix, (tile_px, tile_px), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    )
    return np.asarray(view, np.uint8)


def _about_x(angle: float) -> Matrix:
    cos, sin = math.cos(angle), math.sin(angle)
    return np.array([[1, 0, 0], [0, cos, -sin], [0, sin, cos]])


def _about_y(angle: float) -> Matrix:
    cos, sin = math.cos(angle), math.sin(angle)
    return np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])


def _about_z(angle: float) -> Matrix:
    cos, sin = math.cos(angle), math.sin(angle)
    return np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
