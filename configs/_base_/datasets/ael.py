"""AEL's layout: crops of 512 px for training, whole tiles for validation and test."""

data_root = 'data/ael'
split = 'splits/spatial'

train_pipeline = [
    dict(type='LoadTile'),
    dict(type='RandomLaneCrop', crop_px=512, ground_gsd_m=(0.10, 0.30), rotate='any'),
    dict(type='DrawLaneMask'),
    dict(type='LutPhotoMetricDistortion'),
    dict(type='PackLaneInputs'),
]
label_pipeline = [dict(type='LoadTile'), dict(type='DrawLaneMask'), dict(type='PackLaneInputs')]
# What mmseg's and mmdeploy's own inference read: an image without labels.
test_pipeline = [dict(type='LoadImageFromFile'), dict(type='PackSegInputs')]

train_dataloader = dict(
    batch_size=8,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='InfiniteSampler', shuffle=True),
    dataset=dict(
        type='AELDataset',
        data_root=data_root,
        manifest=f'{split}/train_data.json',
        pipeline=train_pipeline,
    ),
)
val_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='AELDataset',
        data_root=data_root,
        manifest=f'{split}/val_data.json',
        pipeline=label_pipeline,
        test_mode=True,
    ),
)
test_dataloader = dict(
    batch_size=1,
    num_workers=4,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='AELDataset',
        data_root=data_root,
        manifest=f'{split}/test_data.json',
        pipeline=label_pipeline,
        test_mode=True,
    ),
)
val_evaluator = dict(type='LaneIoUMetric')
test_evaluator = val_evaluator
