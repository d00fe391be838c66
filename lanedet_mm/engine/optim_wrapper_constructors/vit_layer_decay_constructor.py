"""Layer-wise decay of the learning rate for a segmentor."""

from collections.abc import Callable
from functools import partial
from typing import Any

from mmpretrain.engine import LearningRateDecayOptimWrapperConstructor
from torch import nn

from lanedet_mm.registry import OPTIM_WRAPPER_CONSTRUCTORS

_ENCODER = 'backbone.vit'


@OPTIM_WRAPPER_CONSTRUCTORS.register_module()
class ViTLayerDecayConstructor(LearningRateDecayOptimWrapperConstructor):
    """mmpretrain's layer-wise decay, for a model whose `backbone.vit` is a vision transformer.

    The rate of layer i of N is multiplied by `layer_decay_rate ** (N + 1 - i)`, that of the patch
    and position embeddings by the power N + 1; all that is not the transformer learns at the full
    rate (BEiT, Bao et al. 2021). `paramwise_cfg` is as mmpretrain describes it.
    """

    def add_params(
        self,
        params: list[dict[str, Any]],
        module: nn.Module,
        prefix: str = '',
        get_layer_depth: Callable[[str], tuple[int, int]] | None = None,
        **kwargs: object,
    ) -> None:
        """Add the parameters of a module to the groups.

        Raises:
            ValueError: If the model has no vision transformer at `backbone.vit`.
        """
        if get_layer_depth is None:
            try:
                vit: Any = module.get_submodule(_ENCODER)
            except AttributeError:
                raise ValueError(
                    f'{type(module).__name__} has no {_ENCODER}; layer-wise decay needs '
                    'the backbone ViTPyramid'
                ) from None
            get_layer_depth = partial(vit.get_layer_depth, prefix=f'{_ENCODER}.')
        super().add_params(params, module, prefix, get_layer_depth, **kwargs)
