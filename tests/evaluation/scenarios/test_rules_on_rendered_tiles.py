"""The rules, which see the picture alone, against what the renderer knows."""

from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest

from lanedet_mm.evaluation.scenarios.line_light import BESIDE_M, LineLight, across
from lanedet_mm.evaluation.scenarios.line_pieces import Flags, LinePieces
from lanedet_mm.evaluation.scenarios.occluded import LEAST_SHARE, is_occluded
from lanedet_mm.evaluation.scenarios.shadow import is_shadow
from lanedet_mm.evaluation.scenarios.worn import best_dash, is_worn
from lanedet_mm.lanes import CITIES
from lanedet_mm.synthesis.city_styles import CITY_STYLES
from lanedet_mm.synthesis.photo.render_truth import RenderTruth, render_with_truth
from lanedet_mm.synthesis.rendered_dataset import NetworkOptions, network_tile, tile_id
from lanedet_mm.synthesis.tile_writer import photograph_seed

TILES_PER_CITY = 8
OPTIONS = NetworkOptions(size_px=384, gsd_range_m=(0.10, 0.20), extent_m=1500.0, seed=5)
BESIDE = np.concatenate([-np.array(BESIDE_M), BESIDE_M])


@dataclass(frozen=True)
class Rendered:
    """A tile as the rules see it, and the truth of its pieces."""

    pieces: LinePieces
    light: LineLight
    truth: RenderTruth

    def hidden_share(self) -> np.ndarray:
        on_line = across(self.truth.hidden.astype(np.float32), self.pieces, np.zeros(1))
        return self.pieces.mean(on_line[:, 0])

    def in_shadow(self) -> Flags:
        """Pieces whose road has lost 0.3 of its light."""
        return self.pieces.mean(across(self.truth.light_lost, self.pieces, BESIDE).mean(1)) > 0.3

    def worn(self) -> Flags:
        """Pieces whose paint is less than 0.45 opaque."""
        on_line = across(self.truth.opacity, self.pieces, np.linspace(-0.15, 0.15, 5)).max(1)
        return best_dash(self.pieces, self.pieces.quantile(on_line, 0.75)) < 0.45


@pytest.fixture(scope='module')
def rendered() -> list[Rendered]:
    tiles = []
    for city, index in product(CITIES, range(TILES_PER_CITY)):
        annotation = network_tile(city, index, OPTIONS, side='train')
        name = tile_id(city, index)
        rgb, truth = render_with_truth(
            annotation, CITY_STYLES[city], seed=photograph_seed(name, OPTIONS.seed)
        )
        pieces = LinePieces.cut(
            [lane.vertices for lane in annotation.lanes],
            [not lane.solid for lane in annotation.lanes],
            gsd_m=annotation.ground_gsd_m,
            size_hw=rgb.shape[:2],
        )
        image = np.ascontiguousarray(rgb[..., ::-1])
        tiles.append(Rendered(pieces, LineLight.measure(image, pieces), truth))
    return tiles


def precision_recall(found: list[Flags], truth: list[Flags]) -> tuple[float, float]:
    found_all, truth_all = np.concatenate(found), np.concatenate(truth)
    both = (found_all & truth_all).sum()
    return both / found_all.sum(), both / truth_all.sum()


def test_shadow_is_found_where_the_renderer_cast_it(rendered: list[Rendered]) -> None:
    seen = [tile.hidden_share() < LEAST_SHARE for tile in rendered]
    precision, recall = precision_recall(
        [is_shadow(tile.pieces, tile.light) & s for tile, s in zip(rendered, seen, strict=True)],
        [tile.in_shadow() & s for tile, s in zip(rendered, seen, strict=True)],
    )
    print(f'shadow: precision {precision:.3f}, recall {recall:.3f}')
    assert precision > 0.85
    assert recall > 0.9


def test_worn_paint_is_found_better_than_by_chance(rendered: list[Rendered]) -> None:
    seen = [tile.hidden_share() < LEAST_SHARE for tile in rendered]
    truth = [tile.worn() & s for tile, s in zip(rendered, seen, strict=True)]
    precision, recall = precision_recall(
        [is_worn(tile.pieces, tile.light) & s for tile, s in zip(rendered, seen, strict=True)],
        truth,
    )
    share = np.concatenate(truth).mean()
    print(f'worn: precision {precision:.3f}, recall {recall:.3f}, share {share:.3f}')
    assert precision > 2.5 * share
    assert recall > 0.4


def test_occlusion_is_what_the_renderer_says(rendered: list[Rendered]) -> None:
    for tile in rendered:
        found = is_occluded(tile.pieces, tile.truth.hidden)
        assert found.tolist() == (tile.hidden_share() >= LEAST_SHARE).tolist()
    assert sum(is_occluded(tile.pieces, tile.truth.hidden).sum() for tile in rendered) > 5
