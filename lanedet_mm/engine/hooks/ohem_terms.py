"""The losses whose OHEM term hooks hold back."""

from torch import nn

from lanedet_mm.models.losses import PremiumLoss


def losses_with_ohem(model: nn.Module, *, wanted_by: str) -> list[PremiumLoss]:
    """Every `PremiumLoss` with an OHEM term in a model, wrapped for several GPUs or not.

    Args:
        model: The model.
        wanted_by: Who asks, for the message.

    Raises:
        ValueError: If there is none.
    """
    losses = [one for one in model.modules() if isinstance(one, PremiumLoss)]
    found = [one for one in losses if 'ohem' in one.terms]
    if not found:
        terms = [sorted(one.terms) for one in losses]
        raise ValueError(
            f"{wanted_by} needs a PremiumLoss with the term 'ohem'; the model has "
            f'{len(losses)} PremiumLoss with the terms {terms}: set ohem_weight above 0, or take '
            "the hook out of the config's custom_hooks"
        )
    return found
