"""Where the town ends: beyond it only some main streets go on."""

from collections.abc import Sequence

import numpy as np

from lanedet_mm.synthesis.network.street import Break, Street

_RURAL_MAIN_SHARE = 0.25  # of the main streets go on as country roads


def limit_town(
    streets: Sequence[Street], *, share: float, extent_m: float, rng: np.random.Generator
) -> None:
    """Break streets where they leave the town, which is a few round patches of the map.

    Args:
        streets: The streets of the whole map.
        share: Share of the map that is town.
        extent_m: Side of the square map, ground metres.
        rng: Where the dice come from.
    """
    wave = rng.normal(size=(2, 6)) * 2 * np.pi / (0.7 * extent_m)
    phase = rng.uniform(0, 2 * np.pi, 6)
    ground = np.stack(np.meshgrid(*[np.linspace(-0.5, 0.5, 40) * extent_m] * 2), axis=-1)
    limit = float(np.quantile(np.cos(ground.reshape(-1, 2) @ wave + phase).sum(-1), 1 - share))
    for street in streets:
        if street.rank == 2 and rng.random() < _RURAL_MAIN_SHARE:
            continue
        rural = np.cos(street.curve.points_m @ wave + phase).sum(-1) < limit
        station = street.curve.stations_m
        runs = np.split(np.arange(len(rural)), np.flatnonzero(np.diff(rural)) + 1)
        street.breaks += [
            Break(float(station[run[0]]), float(station[run[-1]]), 'open')
            for run in runs
            if rural[run[0]] and len(run) > 1
        ]
