"""How large a segmentor is, and what an image costs it."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import torch
from mmseg.models.segmentors import EncoderDecoder
from torch import nn
from torch.utils.flop_counter import FlopCounterMode


@dataclass(frozen=True)
class Complexity:
    """Parameters and multiply-adds (macs) of a segmentor and of its halves, for one image.

    Attributes:
        encoder_params: Parameters of the backbone, and of the neck where there is one.
        head_params: Parameters of the decode head; its loss has none.
        params: Parameters of the whole, without auxiliary heads, which only training needs.
        encoder_macs: Multiply-adds from the image to the features.
        head_macs: Multiply-adds from the features to the logits.
        macs: Multiply-adds from the image to the logits.
    """

    encoder_params: int
    head_params: int
    params: int
    encoder_macs: int
    head_macs: int
    macs: int


def measure_complexity(segmentor: EncoderDecoder, *, size_hw: tuple[int, int]) -> Complexity:
    """Count a segmentor in evaluation mode, as it sees a whole image of a size.

    Nothing is computed: the count runs on PyTorch's meta device, where tensors have shapes alone.
    A segmentor that was built there (`with torch.device('meta')`) takes no memory at any time.

    Args:
        segmentor: mmseg's `EncoderDecoder`; it is left as it was found.
        size_hw: Height and width of the image in pixels.

    Raises:
        TypeError: If the model has no backbone and one decode head.
        ValueError: If the network does not take an image of that size.
    """
    if not isinstance(segmentor, EncoderDecoder) or isinstance(
        segmentor.decode_head, nn.ModuleList
    ):
        raise TypeError(
            f'the model is {type(segmentor).__name__}; needed is an EncoderDecoder with one '
            'decode head: name the config of a segmentor'
        )
    shapes = copy.deepcopy(segmentor).to('meta').eval()
    image = torch.empty(1, 3, *size_hw, device='meta')
    try:
        encoder_macs, features = count_macs(shapes.extract_feat, image)
        head_macs, _ = count_macs(shapes.decode_head, features)
        macs, _ = count_macs(shapes, image)
    except RuntimeError as error:
        raise ValueError(
            f'the network does not take an image of {size_hw[0]} x {size_hw[1]} px ({error}); '
            'give a larger size, or one that its strides divide'
        ) from None
    encoder_params = _params(shapes.backbone) + (_params(shapes.neck) if shapes.with_neck else 0)
    auxiliary_params = _params(shapes.auxiliary_head) if shapes.with_auxiliary_head else 0
    return Complexity(
        encoder_params=encoder_params,
        head_params=_params(shapes.decode_head),
        params=_params(shapes) - auxiliary_params,
        encoder_macs=encoder_macs,
        head_macs=head_macs,
        macs=macs,
    )


def count_macs(function: Callable[..., object], *inputs: object) -> tuple[int, object]:
    """Multiply-adds of a call, and what it gives.

    Counted are convolutions, matrix products and attention, as PyTorch's flop counter sees them;
    biases, normalization, activations, pooling and interpolation count as nothing.

    Args:
        function: Network or part of one, on the meta device: on others, PyTorch may run an
            attention by a fast path that the counter does not know.
        inputs: Its inputs, on the meta device.
    """
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        output = function(*inputs)
    return counter.get_total_flops() // 2, output  # a multiply-add is two operations


def _params(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())
