"""What keeps weights from being loaded whole."""

from collections.abc import Mapping

from torch import Tensor


def weight_problems(weights: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> list[str]:
    """Every weight that is missing, unexpected or of another shape, a phrase each.

    Args:
        weights: Those of a checkpoint, by name.
        wanted: Those of the module, by name.
    """
    return [
        *(f'missing {key}' for key in wanted if key not in weights),
        *(f'unexpected {key}' for key in weights if key not in wanted),
        *(
            f'{key} has shape {tuple(weights[key].shape)}, needed is {tuple(wanted[key].shape)}'
            for key in wanted
            if key in weights and weights[key].shape != wanted[key].shape
        ),
    ]
