"""A PyTorch segmentor of mmseg as a `LaneModel`."""

import pickle
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config, ConfigDict
from mmengine.registry import init_default_scope
from mmengine.runner.checkpoint import get_torch_safe_globals
from mmseg.structures import SegDataSample

from lanedet_mm.inference.lane_model import Image, Probabilities
from lanedet_mm.registry import MODELS


class TorchModel:
    """Config and checkpoint, ready to predict.

    Normalization and colour order are those of the config's `data_preprocessor`, classes and
    palette those that training wrote into the checkpoint.

    A model that its config tests by sliding (`test_cfg.mode`) takes windows of its `crop_size`, so
    that it is measured and used alike; for others, change `test_cfg`. Of a head with one channel
    the probability is 0.5 where the head has its `threshold`: the more probable class is mmseg's.

    Args:
        config: Config of a segmentor with `encode_decode`, or its file; of a distiller's, its
            student predicts.
        checkpoint: Checkpoint that mmengine wrote. It is read as data: one that would run code
            is refused.
        device: `cpu`, `cuda` or `cuda:1`.
    """

    ground_gsd_m: tuple[float, float] | None = None
    has_probabilities = True

    def __init__(
        self, config: Config | Path | str, checkpoint: Path | str, *, device: str = 'cpu'
    ) -> None:
        self.device = _device(device)
        settings = config
        if not isinstance(settings, Config):
            _check_file(settings, 'config')
            settings = Config.fromfile(settings)
        _check_file(checkpoint, 'checkpoint')
        name = settings.filename
        if 'model' not in settings:
            raise ValueError(f'{name}: has no `model`; needed is the config of a training')
        state = read_checkpoint(checkpoint)
        self.classes, self.palette = _classes(state, checkpoint)
        init_default_scope(settings.get('default_scope', 'mmseg'))
        self.model = MODELS.build({**predicting_model(settings), 'train_cfg': None})
        if not hasattr(self.model, 'encode_decode'):
            raise ValueError(f'{name}: {settings.model.type} is no segmentor of mmseg')
        self.tile_px, self.overlap_px = _sliding_px(getattr(self.model, 'test_cfg', None))
        self.fixed_size = self.tile_px is not None
        _load(self.model, state['state_dict'], checkpoint)
        # 1.5 times as fast on a CPU (premium U-Net, 512 px), and what tensor cores want.
        self.model.to(self.device, memory_format=torch.channels_last).eval()

    @torch.inference_mode()
    def __call__(self, tiles: Sequence[Image]) -> Probabilities:
        """Class probabilities of windows; see `LaneModel`."""
        height, width = tiles[0].shape[:2]
        batch = {
            'inputs': [torch.from_numpy(tile).permute(2, 0, 1) for tile in tiles],
            'data_samples': [SegDataSample() for _ in tiles],  # takes note of padding
        }
        inputs = self.model.data_preprocessor(batch, training=False)['inputs']
        inputs = inputs.contiguous(memory_format=torch.channels_last)
        meta = {'img_shape': inputs.shape[2:], 'ori_shape': inputs.shape[2:]}
        logits = self.model.encode_decode(inputs, [meta] * len(tiles))
        if logits.shape[1] == 1:  # one channel for two classes
            foreground = (logits - self._threshold_logit()).sigmoid()
            probabilities = torch.cat([1 - foreground, foreground], dim=1)
        else:
            probabilities = logits.softmax(dim=1)
        array: Probabilities = probabilities[:, :, :height, :width].float().cpu().numpy()
        return array

    def _threshold_logit(self) -> torch.Tensor:
        """Logit from which on mmseg paints the one channel of a head."""
        threshold = getattr(self.model.decode_head, 'threshold', None)
        return torch.tensor(0.5 if threshold is None else threshold).logit()


def _device(name: str) -> torch.device:
    try:
        device = torch.device(name)
    except RuntimeError:
        raise ValueError(f'no device {name!r}; needed is cpu, cuda or cuda:1') from None
    if device.type == 'cuda' and not torch.cuda.is_available():
        raise ValueError(f'device {name!r}, but PyTorch sees no GPU; take --device cpu')
    return device


def _sliding_px(test_cfg: dict[str, Any] | None) -> tuple[int | None, int | None]:
    """Side and overlap of the windows that a config slides; None where it has no square ones."""
    if not test_cfg or test_cfg.get('mode') != 'slide':
        return None, None
    height, width = test_cfg['crop_size']
    if height != width:
        return None, None
    return height, max(height - min(test_cfg['stride']), 0)


def _check_file(path: Path | str, what: str) -> None:
    if not Path(path).is_file():
        raise FileNotFoundError(f'no {what} {path}')


def predicting_model(config: Config) -> ConfigDict:
    """Config of the model that predicts: of a distiller its student, which has its weights."""
    return config.model.get('student', config.model)


def read_checkpoint(path: Path | str) -> dict[str, Any]:
    """What mmengine saved, without running anything that the file may hold.

    Raises:
        ValueError: If it is cut off, would run code, or holds no weights.
    """
    try:
        with torch.serialization.safe_globals(get_torch_safe_globals()):
            state = torch.load(path, map_location='cpu', weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        reason = str(error).split('\n', maxsplit=1)[0]
        raise ValueError(f'{path}: no checkpoint that is safe to read ({reason})') from error
    if not isinstance(state, dict) or not isinstance(state.get('state_dict'), dict):
        raise ValueError(f'{path}: holds no `state_dict`; needed is a checkpoint of training')
    return state


def _classes(
    state: dict[str, Any], path: Path | str
) -> tuple[tuple[str, ...], tuple[tuple[int, int, int], ...]]:
    meta = (state.get('meta') or {}).get('dataset_meta') or {}
    if not {'classes', 'palette'} <= set(meta):
        raise ValueError(
            f'{path}: names no classes (meta.dataset_meta); needed is a checkpoint of training, '
            'not bare weights'
        )
    palette = tuple((int(red), int(green), int(blue)) for red, green, blue in meta['palette'])
    return tuple(meta['classes']), palette


def _load(model: torch.nn.Module, weights: dict[str, torch.Tensor], path: Path | str) -> None:
    try:
        found = model.load_state_dict(weights, strict=False)
    except RuntimeError as error:
        raise ValueError(f'{path}: does not fit the config ({error})') from error
    if found.missing_keys:
        raise ValueError(
            f'{path}: does not fit the config; {len(found.missing_keys)} weights are missing, '
            f'such as {found.missing_keys[0]}'
        )
    if found.unexpected_keys:
        left = found.unexpected_keys
        warnings.warn(f'{path}: {len(left)} weights are not used, such as {left[0]}', stacklevel=3)
