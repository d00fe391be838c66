"""MAE for two cores: an encoder of 2.8 M parameters from noise, crops of 192 px, 60 epochs."""

_base_ = '../mae_vit_aerial.py'

data_root = 'work_dirs/demo/unlabeled'
crop_px = 192
width, epochs, warm = 192, 60, 6

arch = dict(
    _delete_=True, embed_dims=width, num_layers=6, num_heads=3, feedforward_channels=4 * width
)
model = dict(
    backbone=dict(arch=arch, img_size=crop_px),
    neck=dict(
        num_patches=(crop_px // 16) ** 2,
        embed_dim=width,
        decoder_embed_dim=128,
        decoder_depth=2,
        decoder_num_heads=4,
    ),
)

load, crop, pack = _base_.train_pipeline
train_pipeline = [load, dict(crop, crop_px=crop_px), pack]
fixed_pipeline = [load, dict(_base_.fixed_pipeline[1], crop_size=crop_px), pack]
train_dataloader = dict(
    batch_size=32, num_workers=1, dataset=dict(data_root=data_root, pipeline=train_pipeline)
)
held_out = dict(_base_.held_out, data_root=data_root, pipeline=fixed_pipeline)

load_from = None
optim_wrapper = dict(optimizer=dict(lr=1e-3))
auto_scale_lr = dict(enable=False)
warm_up, cosine = _base_.param_scheduler
param_scheduler = [
    dict(warm_up, end=warm),
    dict(cosine, begin=warm, T_max=epochs - warm, end=epochs),
]
train_cfg = dict(max_epochs=epochs)
custom_hooks = [
    dict(type='FiniteLossHook', interval=1),
    dict(type='MAEReconstructionHook', dataset=held_out, interval=5),
    dict(_base_.custom_hooks[2], dataset=held_out, interval=epochs // 2),
]
default_hooks = dict(logger=dict(interval=20))
