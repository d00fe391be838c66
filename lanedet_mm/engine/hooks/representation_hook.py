"""What the features of a pretraining tell apart."""

import logging
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
import torch.nn.functional as F
from mmengine.dist import master_only
from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import Runner
from numpy.typing import NDArray
from torch import Tensor

from lanedet_mm.engine.hooks.fixed_tiles import inner_model, load_tiles
from lanedet_mm.evaluation.linear_probe import LinearProbe
from lanedet_mm.models.pretraining import token_features
from lanedet_mm.registry import HOOKS
from lanedet_mm.visualization.embedding_plot import embedding_plot

_PATCH_PX = 16
_LEAST_LANE_PX = 8  # half a patch's width of a line of one pixel
_MOST_PATCHES = 6000


@HOOKS.register_module()
class RepresentationHook(Hook):
    """Look at the encoder's features of the same tiles as the training goes on.

    Writes to every back end of the visualizer the picture `mae_tsne`, one point a tile, and, where
    there are labelled tiles, `mae/lane_probe`: the balanced accuracy with which a logistic
    regression on the frozen features tells 16 px patches with a lane from those without, in cities
    that it was not fitted on. 0.5 is chance; `mae/lane_probe_of_colour` is the same from nothing
    but mean and spread of the patch's colours. Features have to beat that, and what the encoder
    reads before the first step: from noise it is no chance either.

    Args:
        dataset: Config of the data set of the tiles; as for `MAEReconstructionHook`.
        probe: Config of a data set with labels, of two cities or more, such as `AELDataset`, or
            `CentrelineDataset` in crops of 0.08 m per pixel or finer, for the known middle of a
            lane, 1.4 m, has to hold a patch; its pipeline ends in `PackLaneInputs`. None leaves
            the probe out.
        interval: Epochs between two looks; the last epoch is always looked at.
        colour_by: What colours the points.
        num_tiles: Tiles of the picture, and of the probe.
    """

    def __init__(
        self,
        *,
        dataset: dict[str, Any],
        probe: dict[str, Any] | None = None,
        interval: int = 10,
        colour_by: Literal['place', 'source'] = 'place',
        num_tiles: int = 400,
    ) -> None:
        if interval < 1 or num_tiles < 4 or colour_by not in ('place', 'source'):
            raise ValueError(
                f'interval {interval}, num_tiles {num_tiles}, colour_by {colour_by!r}; needed are '
                "1 or more, 4 or more, 'place' or 'source'"
            )
        self.dataset = dataset
        self.probe = probe
        self.interval = interval
        self.colour_by = colour_by
        self.num_tiles = num_tiles

    @master_only
    def before_train(self, runner: Runner) -> None:
        """Read the tiles once, and probe; too few labelled ones, or none, leave the probe out.

        Raises:
            ValueError: If there are fewer tiles than a plot needs.
        """
        self._tiles, samples = load_tiles(self.dataset, self.num_tiles)
        if len(samples) < 4:
            raise ValueError(
                f'{len(samples)} tiles to look at; needed are 4 or more: collect more, raise '
                "held_out_share, or take RepresentationHook out of the config's custom_hooks"
            )
        self._names = [str(getattr(one, self.colour_by)) for one in samples]
        self._labelled: tuple[Tensor, _ProbePatches] | None = None
        if self.probe is None:
            return
        try:
            tiles, samples = load_tiles(self.probe, self.num_tiles)
            lane, known = _patch_labels(torch.stack([one.gt_sem_seg.data for one in samples]))
            chosen = _balanced(lane, known)
            cities = np.array([str(one.city) for one in samples])
            patches = _ProbePatches(chosen, lane[chosen], cities[np.nonzero(chosen)[0]])
            self._of_colour = patches.accuracy(_colours(tiles))
            self._labelled = (tiles, patches)
        except (FileNotFoundError, ValueError) as error:
            print_log(f'no lane probe: {error}', 'current', logging.WARNING)
        self._probe_lanes(runner, epoch=runner.epoch)

    @master_only
    def after_train_epoch(self, runner: Runner) -> None:
        """Draw and measure when it is time."""
        if not (self.every_n_epochs(runner, self.interval) or self.is_last_train_epoch(runner)):
            return
        step, model = runner.epoch + 1, inner_model(runner)
        batches = self._tiles.split(32)
        features = torch.cat([token_features(model, tiles).mean(1).cpu() for tiles in batches])
        plot = embedding_plot(
            features.numpy(), self._names, title=f'Features of held-out tiles, epoch {step}'
        )
        runner.visualizer.add_image('mae_tsne', plot, step=step)
        self._probe_lanes(runner, epoch=step)

    def _probe_lanes(self, runner: Runner, *, epoch: int) -> None:
        if self._labelled is None:
            return
        tiles, patches = self._labelled
        model = inner_model(runner)
        tokens = torch.cat([token_features(model, some).cpu() for some in tiles.split(32)])
        scalars = {
            'mae/lane_probe': patches.accuracy(tokens),
            'mae/lane_probe_of_colour': self._of_colour,
        }
        runner.visualizer.add_scalars(scalars, step=epoch)
        said = ', '.join(f'{name} {value:.3f}' for name, value in scalars.items())
        print_log(f'epoch {epoch}: {said}', 'current')


@dataclass(frozen=True)
class _ProbePatches:
    """Which patches the probe is fitted on and judged by, shape (N, patches); what they are."""

    chosen: NDArray[np.bool_]
    lane: NDArray[np.bool_]
    cities: NDArray[np.str_]

    def accuracy(self, features: Tensor) -> float:
        """Of features of all patches, shape (N, patches, D)."""
        return LinearProbe.fit(features[self.chosen].numpy(), self.lane, self.cities).accuracy


def _patch_labels(labels: Tensor) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which patches have a lane, and of which that is known; both shape (N, patches)."""
    patches = F.unfold(_lane_and_ignore(labels), _PATCH_PX, stride=_PATCH_PX)
    lane, ignored = patches.unflatten(1, (2, -1)).sum(2).unbind(1)
    has_lane = lane >= _LEAST_LANE_PX
    # A lane that is there is known, whatever is unknown beside it: weak labels border all paint
    # with doubt.
    return has_lane.numpy(), (has_lane | (ignored == 0)).numpy()


def _lane_and_ignore(labels: Tensor) -> Tensor:
    """Two planes of 0 and 1 from class indices; shapes (N, 1, H, W) to (N, 2, H, W)."""
    ignored = labels == 255
    return torch.cat([(labels > 0) & ~ignored, ignored], dim=1).float()


def _balanced(lane: NDArray[np.bool_], known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """As many patches with as without lane, spread over the tiles; a mask of lane's shape."""
    rng = np.random.default_rng(0)
    sides = [np.flatnonzero(known & (lane == side)) for side in (False, True)]
    count = min(_MOST_PATCHES // 2, *(len(side) for side in sides))
    chosen = np.zeros(lane.size, bool)
    for side in sides:
        chosen[rng.permutation(side)[:count]] = True
    return chosen.reshape(lane.shape)


def _colours(tiles: Tensor) -> Tensor:
    """Mean and spread of each patch's colours, shape (N, patches, 6)."""
    patches = F.unfold(tiles.float(), _PATCH_PX, stride=_PATCH_PX).unflatten(1, (3, -1))
    return torch.cat([patches.mean(2), patches.std(2)], dim=1).transpose(1, 2)
