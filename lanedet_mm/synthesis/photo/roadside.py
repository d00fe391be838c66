"""What lies beside the pavement: gutter, kerb, verge and sidewalk, as bands along its edge."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.synthesis.city_style import Rgb
from lanedet_mm.synthesis.photo.material import Material
from lanedet_mm.synthesis.photo.scene import Scene, shaded

STEP_M = 0.04
INSIDE_M = 1.2  # bands begin this far inside the edge of the pavement
OUTSIDE_M = 9.0


@dataclass(frozen=True)
class Roadside:
    """Bands by distance from the edge of the pavement, one entry for every `STEP_M`.

    Attributes:
        rgb: Colours times how much they cover, float32 (N, 3).
        road: Share of the carriageway that is seen, float32 (N,).
        ground: Share of the open ground that is seen, float32 (N,).
        material: `Material` of the band, 255 where it is the carriageway's or the ground's.
        sidewalk_m: Where the sidewalk begins and ends; equal where there is none.
    """

    rgb: NDArray[np.float32]
    road: NDArray[np.float32]
    ground: NDArray[np.float32]
    material: NDArray[np.uint8]
    sidewalk_m: tuple[float, float]


def roadside(scene: Scene) -> Roadside:
    """Draw one roadside from the style."""
    rng, style = scene.rng, scene.style
    concrete = scene.pick(style.concrete_rgb)
    verge = scene.pick(style.grass_rgb if rng.random() < style.green_share else style.soil_rgb)
    verge_kind = Material.GRASS if verge[1] > verge[0] else Material.SOIL
    bands: list[tuple[float, Rgb, Material]] = []
    sidewalk = (0.0, 0.0)
    kind = rng.choice(
        4, p=[0.30, 0.30, 0.15, 0.25] if style.paved_share > 0.25 else [0.15, 0.3, 0.4, 0.15]
    )
    if kind == 2:  # no kerb: a dirt shoulder
        soil = scene.pick(style.soil_rgb)
        bands.append((float(rng.uniform(0.3, 2.5)), soil, Material.SOIL))
    else:
        bands.append((float(rng.uniform(0.12, 0.35)), shaded(concrete, 1.06), Material.KERB))
        walk = float(rng.uniform(1.2, 4.0))
        if kind == 1:
            bands.append((float(rng.uniform(0.6, 2.8)), verge, verge_kind))
        start = sum(band[0] for band in bands)
        bands.append((walk, concrete, Material.PAVING))
        sidewalk = (start, start + walk)
        if kind == 3 and rng.random() < 0.5:
            bands.append((float(rng.uniform(0.3, 1.5)), verge, verge_kind))
    return _tabulate(bands, scene, sidewalk)


def _tabulate(
    bands: list[tuple[float, Rgb, Material]], scene: Scene, sidewalk_m: tuple[float, float]
) -> Roadside:
    at = np.arange(-INSIDE_M, OUTSIDE_M, STEP_M)
    rgb = np.zeros((len(at), 3), np.float32)
    road, ground = (at < 0).astype(np.float32), np.ones(len(at), np.float32)
    ground[at < 0] = 0
    material = np.full(len(at), 255, np.uint8)
    start = 0.0
    for width, colour, kind in bands:
        band = (at >= start) & (at < start + width)
        rgb[band], ground[band], material[band] = colour, 0, kind
        start += width
    # A pixel sees the mean over its own width, which is what keeps the edges smooth.
    size = max(round(scene.gsd_m / STEP_M), 1)
    kernel = np.ones(size) / size

    def mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
        padded = np.pad(values, size, mode='edge')
        return np.convolve(padded, kernel, mode='same')[size:-size].astype(np.float32)

    smooth = np.stack([mean(rgb[:, channel]) for channel in range(3)], axis=1)
    return Roadside(smooth, mean(road), mean(ground), material, sidewalk_m)
