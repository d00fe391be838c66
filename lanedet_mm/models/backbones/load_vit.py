"""Pretrained weights of a vision transformer, accounted for key by key."""

import os
import urllib.error
from collections import Counter

from mmengine.logging import print_log
from mmengine.runner.checkpoint import CheckpointLoader
from mmpretrain.models import VisionTransformer
from mmpretrain.models.utils import resize_pos_embed
from torch import Tensor

from lanedet_mm.checkpoints.weight_problems import weight_problems

_ENCODER = 'backbone.'


def load_vit(vit: VisionTransformer, checkpoint: str) -> None:
    """Load an encoder into a transformer: every weight of the one into every weight of the other.

    What a pretraining has beside its encoder (`neck.`, `head.`, `data_preprocessor.`) is left out
    and named in the log. Position embeddings of another grid are interpolated, which the log says.

    Args:
        vit: The transformer.
        checkpoint: Path or URL of a checkpoint, of a model whose encoder is its `backbone.`, or of
            an encoder alone.

    Raises:
        FileNotFoundError: If the checkpoint cannot be had.
        ValueError: If weights are missing, unexpected or of another shape; all are listed.
    """
    weights, left_out = _split(_read(checkpoint))
    wanted = dict(vit.state_dict())
    if 'pos_embed' in weights:
        weights['pos_embed'] = _fit_grid(weights['pos_embed'], vit, checkpoint)
    problems = weight_problems(weights, wanted)
    if problems:
        raise ValueError(
            f'{checkpoint} does not fit the transformer; give it the arch, patch size and class '
            f'token of the pretraining. {len(problems)} weights: ' + '; '.join(problems)
        )
    vit.load_state_dict(weights, strict=True)
    beside = ', '.join(f'{count} of {part}' for part, count in sorted(left_out.items()))
    print_log(
        f'{checkpoint}: loaded {len(weights)} of {len(wanted)} weights of the encoder; left out '
        f'{beside or "nothing"}',
        'current',
    )


def _read(checkpoint: str) -> dict[str, Tensor]:
    """Weights of a checkpoint, which runs no code."""
    os.environ.setdefault('TORCH_FORCE_WEIGHTS_ONLY_LOAD', '1')
    try:
        content = CheckpointLoader.load_checkpoint(checkpoint, map_location='cpu')
    except (urllib.error.URLError, OSError) as error:
        raise FileNotFoundError(
            f'the pretrained weights {checkpoint} cannot be had ({error}). Pretrain them '
            '(configs/mae_vit_aerial.py) or get the file where there is a network, and name it: '
            '--cfg-options model.backbone.pretrained=FILE; or start from noise: '
            '--cfg-options model.backbone.pretrained=None'
        ) from None
    return dict(content.get('state_dict', content.get('model', content)))


def _split(weights: dict[str, Tensor]) -> tuple[dict[str, Tensor], Counter[str]]:
    """The encoder's weights by their own names, and how many weights each other part has."""
    encoder = {
        key.removeprefix(_ENCODER): value
        for key, value in weights.items()
        if key.startswith(_ENCODER)
    }
    if not encoder:
        return weights, Counter()
    parts = (key.split('.')[0] for key in weights if not key.startswith(_ENCODER))
    return encoder, Counter(parts)


def _fit_grid(embedding: Tensor, vit: VisionTransformer, checkpoint: str) -> Tensor:
    """Position embeddings on the transformer's grid; as they are where they are of no square."""
    extra = vit.num_extra_tokens
    side = round((embedding.shape[1] - extra) ** 0.5)
    grid = tuple(vit.patch_resolution)
    if embedding.ndim != 3 or side**2 + extra != embedding.shape[1] or (side, side) == grid:
        return embedding
    print_log(
        f'{checkpoint}: position embeddings interpolated from {side} x {side} to '
        f'{grid[0]} x {grid[1]} patches',
        'current',
    )
    return resize_pos_embed(embedding, (side, side), grid, vit.interpolate_mode, extra)
