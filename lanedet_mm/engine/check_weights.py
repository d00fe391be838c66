"""Whether a checkpoint is one of the model that takes it."""

from mmengine.model import is_model_wrapper
from mmengine.runner import Runner
from mmengine.runner.checkpoint import CheckpointLoader
from torch import Tensor

from lanedet_mm.checkpoints.weight_problems import weight_problems

_NAMED = 5  # weights that an error names
_COUNTER = 'num_batches_tracked'  # of batch norm; nothing is computed from it
_BACKBONE = 'backbone.'


def check_every_weight(runner: Runner) -> None:
    """Compare a model with the checkpoint of `load_from`, before mmengine takes what fits.

    Raises:
        ValueError: If a weight is missing, unexpected or of another shape.
    """
    wanted, weights = _wanted(runner), _weights(runner.cfg.load_from)
    problems = weight_problems(weights, wanted)
    if problems:
        more = f' and {len(problems) - _NAMED} more' if len(problems) > _NAMED else ''
        raise ValueError(
            f"{runner.cfg.load_from} does not fit the config's model; name the config that it was "
            f'trained with. {len(problems)} of {len(wanted)} weights: '
            + '; '.join(problems[:_NAMED])
            + more
        )


def check_start(runner: Runner) -> None:
    """Compare a model with the checkpoint that its training begins with, where there is one.

    A training that goes on needs every weight. One that starts from other weights needs half of
    its backbone's (of all where it has no backbone): heads may be new, and so may a few weights
    of the encoder. `allow_missing_weights = True` in the config takes whatever fits.

    Raises:
        ValueError: If the checkpoint is another model's.
    """
    path = runner.cfg.get('load_from')
    if path is None or runner.cfg.get('allow_missing_weights', False):
        return
    if runner.cfg.get('resume'):
        check_every_weight(runner)
        return
    wanted, weights = _wanted(runner), _weights(path)
    part = [name for name in wanted if name.startswith(_BACKBONE)] or list(wanted)
    fitting = [
        name for name in part if name in weights and weights[name].shape == wanted[name].shape
    ]
    if 2 * len(fitting) < len(part):
        left_out = next(name for name in part if name not in fitting)
        raise ValueError(
            f'the weights to start from, {path}, have {len(fitting)} of the {len(part)} weights '
            f"of the model's {'backbone' if part[0].startswith(_BACKBONE) else 'modules'} "
            f'({left_out} is missing or of another shape); needed is half of them. Name a '
            'checkpoint of this model; give an encoder its own by model.backbone.pretrained; or '
            'take what fits: --cfg-options allow_missing_weights=True'
        )


def _wanted(runner: Runner) -> dict[str, Tensor]:
    """The model's weights without counters."""
    model = runner.model.module if is_model_wrapper(runner.model) else runner.model
    return {name: one for name, one in model.state_dict().items() if _COUNTER not in name}


def _weights(path: str) -> dict[str, Tensor]:
    """A checkpoint's weights, without counters, by the names that mmengine gives them."""
    content = CheckpointLoader.load_checkpoint(path, map_location='cpu')
    weights = content.get('state_dict', content)
    return {
        name.removeprefix('module.'): one
        for name, one in weights.items()
        if isinstance(one, Tensor) and _COUNTER not in name
    }
