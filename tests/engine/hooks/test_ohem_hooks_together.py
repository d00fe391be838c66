import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import torch
from mmengine.dataset import pseudo_collate
from mmengine.model import MMDistributedDataParallel
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch import distributed
from torch.utils.data import DataLoader, Dataset

from lanedet_mm.registry import MODELS

SIZE = (16, 20)
MODEL = {
    'type': 'EncoderDecoder',
    'data_preprocessor': {
        'type': 'SegDataPreProcessor', 'mean': [100.0] * 3, 'std': [50.0] * 3, 'bgr_to_rgb': True,
        'size': SIZE, 'seg_pad_val': 255,
    },
    'backbone': {'type': 'UNetEncoder', 'widths': (4, 8), 'convs_per_stage': 1},
    'decode_head': {
        'type': 'PremiumUNetHead', 'in_channels': (4, 8), 'channels': (4,), 'num_classes': 3,
        'loss_decode': {'type': 'PremiumLoss', 'options': {'ohem': {'min_kept': 16}}},
    },
}  # fmt: skip
HOOKS = [
    {'type': 'OHEMStatsHook', 'interval': 1, 'picture_interval': 2, 'num_shown': 2},
    {'type': 'GradientNormHook', 'interval': 1},
    {'type': 'OHEMWarmupHook', 'iters': 4},
    {'type': 'OHEMFallbackHook', 'patience': 1, 'needed': 1, 'factor': 1e6},
]


class Data(Dataset):
    """Noise with a line of each class."""

    metainfo = {
        'classes': ('background', 'solid', 'dashed'),
        'palette': [[0, 0, 0], [230, 60, 50], [40, 150, 255]],
    }

    def __len__(self) -> int:
        return 8

    def __getitem__(self, index: int) -> dict[str, Any]:
        generator = torch.Generator().manual_seed(index)
        image = torch.randint(0, 256, (3, *SIZE), generator=generator).byte()
        label = torch.zeros(1, *SIZE, dtype=torch.long)
        label[..., 4], label[..., 11] = 1, 2
        return {'inputs': image, 'data_samples': SegDataSample(gt_sem_seg=PixelData(data=label))}


@pytest.fixture(params=[False, True], ids=['plain', 'wrapped'])
def wrapped(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[bool]:
    """Whether the model is wrapped as for several GPUs."""
    if request.param:
        store = distributed.FileStore(str(tmp_path / 'store'), 1)
        distributed.init_process_group('gloo', store=store, rank=0, world_size=1)
    yield request.param
    if request.param:
        distributed.destroy_process_group()


@pytest.mark.parametrize('wrapper', ['OptimWrapper', 'Bfloat16OptimWrapper'])
def test_a_training_with_all_hooks_logs_what_they_measure(
    tmp_path: Path, wrapped: bool, wrapper: str
) -> None:
    init_default_scope('lanedet_mm')
    torch.manual_seed(0)
    model = MODELS.build(MODEL)
    runner = Runner(
        MMDistributedDataParallel(model) if wrapped else model,
        str(tmp_path / 'run'),
        experiment_name=f'{tmp_path.name}_{uuid4()}',
        train_dataloader=DataLoader(Data(), batch_size=4, collate_fn=pseudo_collate),
        train_cfg={'by_epoch': False, 'max_iters': 2},
        optim_wrapper={
            'type': wrapper,
            'optimizer': {'type': 'AdamW', 'lr': 1e-3},
            'clip_grad': {'max_norm': 0.01},
        },
        custom_hooks=HOOKS,
        default_hooks={'logger': {'type': 'LoggerHook', 'interval': 1}},
        default_scope='lanedet_mm',
    )
    runner.train()
    lines = next((tmp_path / 'run').glob('*/vis_data/scalars.json')).read_text().splitlines()
    logged = [json.loads(line) for line in lines]
    assert [one['step'] for one in logged] == [1, 2]
    for index, line in enumerate(logged):
        parts = [line[f'ohem_kept_share_of_{name}'] for name in Data.metainfo['classes']]
        assert sum(parts) == pytest.approx(1)
        assert 16 / (4 * 16 * 20) <= line['ohem_kept_share'] < 1
        assert line['ohem_weight'] == pytest.approx(0.4)
        both, head, whole = (
            runner.message_hub.get_scalar(f'train/grad_norm{part}').data[0][index]
            for part in ('_backbone', '_decode_head', '')
        )
        assert both**2 + head**2 == pytest.approx(whole**2, rel=1e-4)
        assert whole > 0.01
        assert 'grad_norm_rest' not in line
    assert model.decode_head.loss_decode.ohem_warmup.item() == 0.25  # of iteration 1
    text = next((tmp_path / 'run').glob('*/*.log')).read_text()
    (said,) = [line for line in text.splitlines() if 'ohem_kept_share: ' in line and '2/2]' in line]
    assert f'ohem_kept_share: {logged[1]["ohem_kept_share"]:.4f}' in said
    assert f'grad_norm_backbone: {logged[1]["grad_norm_backbone"]:.4f}' in said
    names = [path.name for path in (tmp_path / 'run').glob('*/vis_data/vis_image/*')]
    assert names == ['ohem_kept_2.png']
