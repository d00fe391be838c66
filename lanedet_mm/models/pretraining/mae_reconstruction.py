"""Pixels behind the mask, as a masked autoencoder fills them in."""

from dataclasses import dataclass

import torch
from mmpretrain.models import MAE
from torch import Tensor


@dataclass(frozen=True)
class MAEReconstruction:
    """A batch of tiles and what the model makes of their hidden patches.

    Attributes:
        original: The tiles in RGB, [0, 1], shape (N, 3, H, W).
        filled: The same with the hidden patches as the model predicts them, clipped to [0, 1].
        hidden: 1 where a pixel was hidden, else 0, shape (N, 1, H, W).
    """

    original: Tensor
    filled: Tensor
    hidden: Tensor

    @classmethod
    @torch.no_grad()
    def of(cls, model: MAE, tiles: Tensor, *, seed: int = 0) -> 'MAEReconstruction':
        """Hide patches and fill them in, in evaluation mode; the model is left as it was found.

        A model that predicts normalized patches says nothing of a patch's own mean and spread,
        so that these are taken from the truth (He et al. 2022, arXiv:2111.06377, section 4.1): its
        pictures are in true colours, and its error is smaller than what it could paint by itself.

        Args:
            model: mmpretrain's MAE.
            tiles: As the data set gives them, BGR in [0, 255], shape (N, 3, H, W).
            seed: The same seed hides the same patches; training's own randomness is untouched.
        """
        was_training = model.training
        model.eval()
        seen = model.data_preprocessor({'inputs': tiles, 'data_samples': []}, False)['inputs']
        devices = [seen.device] if seen.device.type == 'cuda' else []
        with torch.random.fork_rng(devices):
            torch.manual_seed(seed)
            latent, mask, ids = model.backbone(seen)
        predicted = model.neck(latent, ids).float()
        model.train(was_training)
        head = model.head
        patches = head.patchify(seen)
        if head.norm_pix:  # the inverse of the head's construct_target
            spread = (patches.var(-1, keepdim=True) + 1e-6).sqrt()
            predicted = predicted * spread + patches.mean(-1, keepdim=True)
        hidden = head.unpatchify(mask[..., None].expand_as(patches))[:, :1]
        original, filled = (
            _to_unit(model, picture) for picture in (seen, head.unpatchify(predicted))
        )
        return cls(original, filled.clamp(0, 1) * hidden + original * (1 - hidden), hidden)

    def mse(self) -> float:
        """Mean squared error of the hidden pixels; 1 is black taken for white."""
        return self._error_of(self.filled)

    def mse_of_visible_mean(self) -> float:
        """The same of a painter who fills each tile with the mean colour of what he sees."""
        shown = 1 - self.hidden
        colour = (self.original * shown).sum((2, 3), True) / shown.sum((2, 3), True).clamp(min=1)
        return self._error_of(colour.expand_as(self.original))

    def _error_of(self, picture: Tensor) -> float:
        squares = (picture - self.original).square() * self.hidden
        return float(squares.sum() / (3 * self.hidden.sum()))


def _to_unit(model: MAE, image: Tensor) -> Tensor:
    """RGB in [0, 1] of an image as the network sees it."""
    prepare = model.data_preprocessor
    return (image * prepare.std + prepare.mean) / 255
