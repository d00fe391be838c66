"""MAE of a ViT-B/16 on a collected corpus, from ImageNet's MAE weights: 300 epochs."""

_base_ = 'mmpretrain::mae/mae_vit-base-p16_8xb512-amp-coslr-300e_in1k.py'

default_scope = 'lanedet_mm'
data_root = 'data/unlabeled'
crop_px = 224
keys = ('img_path', 'place', 'source', 'ground_gsd_m')

train_pipeline = [
    dict(type='LoadTile'),
    dict(type='RandomTileCrop', crop_px=crop_px, ground_gsd_m=(0.08, 0.30), stay_inside=True),
    dict(type='mmpretrain.PackInputs', meta_keys=keys),
]
fixed_pipeline = [  # what the hooks look at: the same pixels each time
    dict(type='LoadTile'),
    dict(type='mmpretrain.CenterCrop', crop_size=crop_px),
    dict(type='mmpretrain.PackInputs', meta_keys=keys),
]
dataset = dict(type='UnlabeledTileDataset', data_root=data_root, held_out_share=0.02)
held_out = dict(**dataset, side='held_out', pipeline=fixed_pipeline)
train_dataloader = dict(
    batch_size=64,
    collate_fn=dict(_delete_=True, type='default_collate'),
    dataset=dict(_delete_=True, **dataset, side='train', pipeline=train_pipeline),
)

# The base's learning rate is for a batch of 4096; ours for 256, scaled to the batch that runs.
optim_wrapper = dict(dtype='bfloat16', optimizer=dict(lr=1.5e-4))
auto_scale_lr = dict(enable=True, base_batch_size=256)
load_from = (
    'https://mmassets.onedl.ai/mmselfsup/1.x/mae/mae_vit-base-p16_8xb512-fp16-coslr-1600e_in1k/'
    'mae_vit-base-p16_8xb512-fp16-coslr-1600e_in1k_20220825-f7569ca2.pth'
)
resume = False
train_cfg = dict(_scope_=default_scope)  # the loop builds the data set

custom_hooks = [
    dict(type='FiniteLossHook'),
    dict(type='MAEReconstructionHook', dataset=held_out),
    dict(type='RepresentationHook', dataset=held_out, interval=10),
]
visualizer = dict(vis_backends=[dict(type='LocalVisBackend'), dict(type='TensorboardVisBackend')])
