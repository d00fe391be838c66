import numpy as np
import pytest

from lanedet_mm.synthesis.city_styles import CITY_STYLES
from lanedet_mm.synthesis.photo.crown_sprites import crown_sprites
from lanedet_mm.synthesis.photo.material import Material
from lanedet_mm.synthesis.photo.paint_layer import PaintLayer
from lanedet_mm.synthesis.photo.polyline import rectangle
from lanedet_mm.synthesis.photo.road_field import road_field
from lanedet_mm.synthesis.photo.scene import Scene, Sun
from lanedet_mm.synthesis.photo.surface_light import lit_scene
from lanedet_mm.synthesis.photo.trees import Tree, cast_tree_shadows

GSD_M = 0.25
SIZE_HW = (160, 160)


def _scene(cast: tuple[float, float]) -> Scene:
    sun = Sun(cast=np.array(cast), lean=np.zeros(2), depth=0.75, softness_m=0.05)
    return Scene(
        style=CITY_STYLES['nevada'],
        rng=np.random.default_rng(0),
        gsd_m=GSD_M,
        size_hw=SIZE_HW,
        road=road_field([], gsd_m=GSD_M, size_hw=SIZE_HW, widest_gap_m=4.0),
        sun=sun,
        rgb=np.full((*SIZE_HW, 3), 120, np.uint8),
        material=np.full(SIZE_HW, Material.ASPHALT, np.uint8),
        shadow=np.zeros(SIZE_HW, np.uint8),
        stain=np.full(SIZE_HW, 128, np.uint8),
        gain=np.ones(SIZE_HW, np.float32),
        occupied=np.zeros((1, 1), np.uint8),
        white=PaintLayer(SIZE_HW, GSD_M),
        yellow=PaintLayer(SIZE_HW, GSD_M),
    )


@pytest.mark.parametrize('cast', [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)])
def test_a_shadow_falls_away_from_the_sun_as_far_as_its_height_says(
    cast: tuple[float, float],
) -> None:
    scene = _scene(cast)
    # 4 m x 4 m and 5 m high: 16 px wide, its shadow 20 px long.
    scene.cast_shadow(rectangle(np.array([80.0, 80.0]), (16, 16), 0.0), 5.0)
    beyond = np.array(cast)
    light = lit_scene(scene).mean(axis=-1)

    def around(distance_px: float) -> float:
        col, row = (np.array([80, 80]) + beyond * distance_px).astype(int)
        return float(light[row - 3 : row + 4, col - 3 : col + 4].mean())

    assert around(18) < 0.5 * around(-18)  # behind it, and towards the sun
    assert around(36) > 1.8 * around(18)  # past the end of the shadow


def test_shadows_are_bluish() -> None:
    scene = _scene((1.0, 0.0))
    scene.shadow[:, 80:] = 255
    light = lit_scene(scene)
    ratio = light[:, 90:].mean(axis=(0, 1)) / light[:, :70].mean(axis=(0, 1))
    assert ratio[2] >= ratio[1] >= ratio[0]
    assert 0.15 < ratio[1] < 0.4


def test_a_crown_shades_the_ground_away_from_the_sun() -> None:
    scene = _scene((0.0, 1.0))
    sprite = crown_sprites('broad')[0]
    tree = Tree(np.array([80.0, 80.0]), 3.0, 6.0, sprite, (60, 80, 40), 1.0)
    cast_tree_shadows(scene, [tree])
    rows, cols = np.nonzero(scene.shadow > 128)
    # Height 6 m at one metre per metre: 24 px further down.
    assert rows.mean() == pytest.approx(104, abs=2)
    assert cols.mean() == pytest.approx(80, abs=2)
