from collections.abc import Callable
from pathlib import Path

TINY = """
_base_ = '{base}'
crop_px = 64
arch = dict(
    _delete_=True, embed_dims=32, num_layers=2, num_heads=2, feedforward_channels=64
)
model = dict(
    backbone=dict(arch=arch, img_size=crop_px),
    neck=dict(
        num_patches=16, embed_dim=32, decoder_embed_dim=32, decoder_depth=1, decoder_num_heads=2
    ),
)
train_pipeline = [
    dict(type='LoadTile'),
    dict(type='RandomTileCrop', crop_px=crop_px, ground_gsd_m=(0.08, 0.30), stay_inside=True),
    dict(type='mmpretrain.PackInputs', meta_keys=('img_path',)),
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
"""


def test_a_small_run_times_step_loader_and_waiting(
    call_tool: Callable[..., str], tmp_path: Path
) -> None:
    config = tmp_path / 'tiny.py'
    base = Path(__file__).parents[3] / 'configs/demo/mae_vit_aerial.py'
    config.write_text(TINY.format(base=base))
    arguments = ('--config', config, '--batch', 2, '--repeats', 1, '--workers', 0)
    lines = call_tool('benchmarks/pretraining.py', *arguments).splitlines()
    rows = [line.strip('| ').split(' | ') for line in lines if line.startswith('| ')]
    assert [row[0] for row in rows[:3]] == ['step, batch of 2 at 64 px', "mmpretrain's", 'ours']
    assert '64 tiles, one core' in [row[0] for row in rows]
    stock = [row for row in rows if row[0] == "mmpretrain's"]
    assert [row[-1] for row in stock] == ['1.00', '1.00']
    assert all(float(cell) > 0 for row in rows if row[0] == 'ours' for cell in row[1:])
    share = lines[-1].removeprefix('waiting for 0 worker(s): ').split('%')[0]
    assert 0 < float(share) < 100
