"""Features of whole tiles, patch by patch."""

import torch
from mmpretrain.models import MAE
from torch import Tensor


@torch.no_grad()
def token_features(model: MAE, tiles: Tensor) -> Tensor:
    """The encoder's last features of tiles without a mask, in evaluation mode.

    Args:
        model: mmpretrain's MAE; it is left as it was found.
        tiles: As the data set gives them, BGR in [0, 255], shape (N, 3, H, W).

    Returns:
        Shape (N, patches, channels), patches row by row, the class token left out.
    """
    was_training = model.training
    model.eval()
    seen = model.data_preprocessor({'inputs': tiles, 'data_samples': []}, False)['inputs']
    # None alone, not False, switches mmpretrain's mask off.
    (tokens,) = model.backbone(seen, mask=None)
    model.train(was_training)
    return tokens[:, model.backbone.num_extra_tokens :].float()
