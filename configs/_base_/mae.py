"""mmpretrain's MAE with a corpus of ours, and hooks that watch it."""

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

resume = False
train_cfg = dict(_scope_=default_scope)  # the loop builds the data set
optim_wrapper = dict(_scope_=default_scope)  # its type may be ours

labelled = dict(  # the linear probe's; without such tiles there is none
    type='AELDataset',
    data_root='data/ael',
    manifest='splits/spatial/train_data.json',
    pipeline=[
        dict(type='LoadTile'),
        dict(type='RandomLaneCrop', crop_px=crop_px, rotate=None),
        dict(type='DrawLaneMask'),
        dict(type='PackLaneInputs'),
    ],
)
custom_hooks = [
    dict(type='FiniteLossHook'),
    dict(type='MAEReconstructionHook', dataset=held_out, interval=1),
    dict(type='RepresentationHook', dataset=held_out, probe=labelled, interval=10),
]
visualizer = dict(vis_backends=[dict(type='LocalVisBackend'), dict(type='TensorboardVisBackend')])
