"""PretrainedPremiumLaneNet for two cores: the small encoder of the MAE beside it, 300 steps."""

_base_ = '../pretrained_premium_lanenet.py'

data_root = 'work_dirs/demo/data'
widths = (16, 32, 64, 96)
steps, crop_px = 300, 192

model = dict(
    backbone=dict(
        vit=dict(
            arch=dict(
                _delete_=True,
                embed_dims=192,
                num_layers=6,
                num_heads=3,
                feedforward_channels=768,
            ),
            img_size=crop_px,
        ),
        stem_channels=widths[:2],
        token_channels=widths[2:],
        pretrained='work_dirs/demo/mae_vit_aerial/epoch_60.pth',
    ),
    decode_head=dict(in_channels=widths, channels=widths[:-1], convs_per_stage=1),
    test_cfg=dict(crop_size=(crop_px, crop_px), stride=(160, 160)),
)

load, crop, *rest = _base_.train_pipeline
train_pipeline = [load, dict(crop, crop_px=crop_px, ground_gsd_m=(0.10, 0.25)), *rest]
loader = dict(num_workers=1, dataset=dict(data_root=data_root))
train_dataloader = dict(num_workers=1, dataset=dict(data_root=data_root, pipeline=train_pipeline))
val_dataloader = loader
test_dataloader = loader

optim_wrapper = dict(type='Bfloat16OptimWrapper', optimizer=dict(lr=2e-3))
warm_up, cosine = _base_.param_scheduler
param_scheduler = [dict(warm_up, end=steps // 10), dict(cosine, begin=steps // 10, end=steps)]
train_cfg = dict(max_iters=steps, val_interval=steps)
default_hooks = dict(logger=dict(interval=25), checkpoint=dict(interval=steps))
leakage, layout, freeze, finite = _base_.custom_hooks
freeze = dict(type='FreezeBackboneHook', iters=steps // 3)
custom_hooks = [layout, freeze, leakage, finite]
