"""Weak labels: photographs whose lanes' centrelines are known, two classes, two cores.

Tested on the photographs of one city, trained on those of all others.
"""

_base_ = 'pretrained_premium_lanenet.py'

data_root = 'data/photographs'
cache_dir = 'work_dirs/cache/photographs'  # 50 MB for a photograph of 4096 x 4096 px
crop_px = _base_.crop_px
test_city = 'miami'  # of the names; another one goes into both data sets

model = dict(decode_head=dict(num_classes=2, loss_decode=dict(class_weight=(1.0, 5.0))))
load = dict(type='LoadTile', cache_dir=cache_dir)
train_pipeline = [
    load,
    dict(
        type='RandomLaneCrop',
        crop_px=crop_px,
        ground_gsd_m=(0.10, 0.20),
        rotate='any',
        min_lane_px=crop_px // 4,
        empty_share=0.3,
    ),
    dict(type='DrawWeakMask'),
    dict(type='LutPhotoMetricDistortion'),
    dict(type='PackLaneInputs'),
]
label_pipeline = [  # a part of each: whole ones take minutes, and their truth is weak all the same
    load,
    dict(type='RandomLaneCrop', crop_px=4 * crop_px, rotate=None, flip=False, min_lane_px=crop_px),
    dict(type='DrawWeakMask'),
    dict(type='PackLaneInputs'),
]
dataset = dict(_delete_=True, type='CentrelineDataset', data_root=data_root)
others = dict(**dataset, without_cities=(test_city,), pipeline=train_pipeline)
tested = dict(**dataset, cities=(test_city,), pipeline=label_pipeline, test_mode=True)
train_dataloader = dict(dataset=others)
test_dataloader = dict(dataset=tested)
val_dataloader = val_cfg = val_evaluator = None
default_hooks = dict(checkpoint=dict(save_best=None))
