"""The baseline for two cores: a seventh of the width, crops of 256 px, 600 steps in bfloat16."""

_base_ = '../premium_baseline.py'

data_root = 'work_dirs/demo/data'
widths = (16, 32, 64, 96, 128)
steps = 600

model = dict(
    backbone=dict(widths=widths, convs_per_stage=2),
    decode_head=dict(in_channels=widths, channels=widths[:-1], convs_per_stage=1),
)

train_pipeline = [
    dict(type='LoadTile'),
    dict(type='RandomLaneCrop', crop_px=256, ground_gsd_m=(0.10, 0.25), rotate='any'),
    *_base_.train_pipeline[2:],
]
loader = dict(num_workers=1, dataset=dict(data_root=data_root))
train_dataloader = dict(num_workers=1, dataset=dict(data_root=data_root, pipeline=train_pipeline))
val_dataloader = loader
test_dataloader = loader

optim_wrapper = dict(type='Bfloat16OptimWrapper', optimizer=dict(lr=2e-3))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.01, begin=0, end=50, by_epoch=False),
    dict(type='CosineAnnealingLR', eta_min=0.0, begin=50, end=steps, by_epoch=False),
]
train_cfg = dict(max_iters=steps, val_interval=steps // 3)
default_hooks = dict(logger=dict(interval=25), checkpoint=dict(interval=steps // 3))
