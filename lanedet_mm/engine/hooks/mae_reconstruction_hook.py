"""Pictures and numbers of what a masked autoencoder fills in."""

from typing import Any

import numpy as np
import torch
from mmengine.dist import master_only
from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import Runner

from lanedet_mm.engine.hooks.fixed_tiles import inner_model, load_tiles
from lanedet_mm.models.pretraining import MAEReconstruction
from lanedet_mm.registry import HOOKS
from lanedet_mm.visualization.reconstruction_sheet import reconstruction_sheet


@HOOKS.register_module()
class MAEReconstructionHook(Hook):
    """Fill in the same hidden patches of the same held-out tiles as the training goes on.

    Writes to every back end of the visualizer: `mae/epoch_loss` (the mean training loss of an
    epoch), `mae/held_out_mse` (mean squared error of the hidden pixels of the held-out tiles, in
    RGB of [0, 1]), `mae/held_out_mse_of_visible_mean` (what the mean colour of the visible patches
    would have), and the picture `mae_reconstruction`: original, masked, filled in.

    Args:
        dataset: Config of the data set of the held-out tiles; its pipeline has to be without
            randomness and to give tiles of one size.
        interval: Epochs between two looks; the last epoch is always looked at.
        num_tiles: Tiles for the numbers.
        num_shown: Tiles of the picture.
        seed: Decides the masks.
    """

    def __init__(
        self,
        *,
        dataset: dict[str, Any],
        interval: int = 1,
        num_tiles: int = 64,
        num_shown: int = 6,
        seed: int = 0,
    ) -> None:
        if min(interval, num_tiles, num_shown) < 1:
            raise ValueError(
                f'interval {interval}, num_tiles {num_tiles}, num_shown {num_shown}; needed is 1 '
                'or more of each'
            )
        self.dataset = dataset
        self.interval = interval
        self.num_tiles = num_tiles
        self.num_shown = num_shown
        self.seed = seed
        self._losses: list[torch.Tensor] = []

    @master_only
    def before_train(self, runner: Runner) -> None:
        """Read the tiles once; they fit into memory, and a broken one is found now."""
        self._tiles, self._samples = load_tiles(self.dataset, self.num_tiles)

    @master_only
    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict[str, Any] | None = None,
        outputs: dict[str, Any] | None = None,
    ) -> None:
        """Keep the loss, without waiting for the GPU."""
        if outputs and 'loss' in outputs:
            self._losses.append(torch.as_tensor(outputs['loss']).detach())

    @master_only
    def after_train_epoch(self, runner: Runner) -> None:
        """Write the epoch's numbers and, when it is time, the picture."""
        step = runner.epoch + 1
        scalars = {}
        if self._losses:
            scalars['mae/epoch_loss'] = float(torch.stack(self._losses).float().mean())
            self._losses.clear()
        if self.every_n_epochs(runner, self.interval) or self.is_last_train_epoch(runner):
            scalars |= self._look(runner, step)
        runner.visualizer.add_scalars(scalars, step=step)
        said = ', '.join(f'{name} {value:.4f}' for name, value in scalars.items())
        print_log(f'epoch {step}: {said}', 'current')

    def _look(self, runner: Runner, step: int) -> dict[str, float]:
        model = inner_model(runner)
        batches = [
            MAEReconstruction.of(model, tiles, seed=self.seed + index)
            for index, tiles in enumerate(self._tiles.split(32))
        ]
        weights = np.array([len(one.original) for one in batches]) / len(self._tiles)
        picked = np.linspace(0, len(self._tiles) - 1, self.num_shown).round().astype(int)
        picked = np.unique(picked)  # there may be fewer tiles than are to be shown
        shown = MAEReconstruction.of(model, self._tiles[picked], seed=self.seed)
        sheet = reconstruction_sheet(
            *(
                picture.permute(0, 2, 3, 1).cpu().numpy()
                for picture in (shown.original, shown.filled, shown.hidden)
            ),
            names=[str(getattr(self._samples[index], 'place', '')) for index in picked],
        )
        runner.visualizer.add_image('mae_reconstruction', sheet, step=step)
        return {
            'mae/held_out_mse': float(weights @ [one.mse() for one in batches]),
            'mae/held_out_mse_of_visible_mean': float(
                weights @ [one.mse_of_visible_mean() for one in batches]
            ),
        }
