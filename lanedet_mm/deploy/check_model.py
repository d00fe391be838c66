"""Whether a deploy config suits a model, said before an export of minutes."""

from collections.abc import Mapping

from mmengine.config import Config

from lanedet_mm.deploy.export_onnx import check_channels, window_px
from lanedet_mm.deploy.model_metadata import size_divisor
from lanedet_mm.deploy.tensorrt.input_profile import InputProfile
from lanedet_mm.inference.torch_model import predicting_model

VITS = ('ViTPyramid', 'VisionTransformer')
STATIC = {
    'onnxruntime': 'onnxruntime_static.py or onnxruntime_static_probabilities.py',
    'openvino': 'openvino_static.py',
    'tensorrt': 'tensorrt_fp16_static.py',
}
ODD_PX = (3, 5)  # no stride divides both a side and one that differs by these
Size = tuple[int, int]


def check_model(deploy: Config, config: Config) -> None:
    """Refuse what would fail after an export, or after a build.

    Args:
        deploy: The deploy config.
        config: Config of the training.

    Raises:
        ValueError: If a ViT is to take any size, a decode head of one channel to give
            probabilities, or a graph or an engine other sizes than the model's.
    """
    if _free_size(deploy) and _has_vit(predicting_model(config)):
        raise ValueError(
            'a ViT is exported for one size, since its position embedding and its padding to whole '
            'patches become constants, and the deploy config leaves height and width free; take '
            f'configs/deploy/{STATIC[deploy.backend_config.type]}, with the size that you need as '
            'input_shape'
        )
    check_channels(deploy, config)
    compared_sizes(deploy, config)


def compared_sizes(deploy: Config, config: Config) -> list[Size]:
    """Heights and widths of the windows that a file is compared with PyTorch on.

    Args:
        deploy: The deploy config.
        config: Config of the training.

    Returns:
        The square that the model is for; and where the size is free, one that no stride divides
        and that the network sees in another size, also when it is padded. It is smaller, or larger
        where an engine takes nothing smaller, or missing where it takes neither.

    Raises:
        ValueError: If an engine is not to take the square, or a graph of that square alone is not
            what PyTorch pads to.
    """
    side_px, divisor = window_px(deploy, config), size_divisor(config)
    square, padded = (side_px, side_px), _padded((side_px, side_px), divisor)
    profiles, free = _profiles(deploy), _free_size(deploy)
    if not free and padded != square:
        raise ValueError(
            f'input_shape is {square}, and PyTorch pads images of this model to multiples of '
            f'{divisor} (data_preprocessor); take {padded}'
        )
    if not _taken(profiles, padded):
        raise ValueError(
            f'the model is for windows of {side_px} x {side_px} px, padded to multiples of '
            f'{divisor}, and the engine is to take {" or ".join(map(str, profiles))} (batch x '
            'channels x height x width); change min_shape and max_shape in `input_shapes` of the '
            'deploy config'
        )
    others = [(side_px + row, side_px + col) for row, col in _steps(divisor)] if free else []
    for size_hw in others:
        seen = _padded(size_hw, divisor)
        if min(size_hw) > 0 and seen != padded and _taken(profiles, seen):
            return [square, size_hw]
    return [square]


def _steps(divisor: int) -> list[Size]:
    """From a side to others, the nearest first that are smaller."""
    row, col = ODD_PX
    return [(-row, -col), (-row - divisor, -col - divisor), (row, col)]


def _padded(size_hw: Size, divisor: int) -> Size:
    """The size that the network sees."""
    height, width = (-(-side // divisor) * divisor for side in size_hw)
    return height, width


def _free_size(deploy: Config) -> bool:
    """Whether the graph takes images of any height or width."""
    from mmdeploy.utils import get_dynamic_axes

    axes = get_dynamic_axes(deploy) or {}
    return any(
        side in axes.get(name, ()) for name in deploy.onnx_config.input_names for side in (2, 3)
    )


def _profiles(deploy: Config) -> list[InputProfile]:
    """Shapes that an engine is to take; none for other back ends."""
    if deploy.backend_config.type != 'tensorrt':
        return []
    from lanedet_mm.deploy.tensorrt.tensorrt_manager import config_profiles

    return [one for inputs in deploy.backend_config.model_inputs for one in config_profiles(inputs)]


def _taken(profiles: list[InputProfile], size_hw: Size) -> bool:
    """Whether any profile takes an image of a size; without profiles all are taken."""
    return not profiles or any(one.contains((one.smallest[0], 3, *size_hw)) for one in profiles)


def _has_vit(part: object) -> bool:
    """Whether a config names a vision transformer at any depth."""
    if isinstance(part, Mapping):
        kind = part.get('type', '')
        name = str(getattr(kind, '__name__', kind)).rpartition('.')[2]
        return name in VITS or any(map(_has_vit, part.values()))
    return isinstance(part, list | tuple) and any(map(_has_vit, part))
