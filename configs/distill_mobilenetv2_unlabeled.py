"""The student with a quarter of every batch unlabeled: tiles that only the teacher labels."""

_base_ = 'distill_mobilenetv2.py'

labelled = _base_.train_dataloader.dataset
size, ratio = _base_.train_dataloader.batch_size, 0.25
load, crop, draw, distort, pack = _base_.train_pipeline
fit = dict(crop_px=crop.crop_px, ground_gsd_m=crop.ground_gsd_m, stay_inside=True)
unlabeled = dict(
    type='UnlabeledTileDataset',
    data_root='data/unlabeled',
    pipeline=[
        load,
        dict(type='RandomTileCrop', **fit),
        distort,
        dict(type='PackUnlabeledInputs'),
    ],
)
train_dataloader = dict(
    sampler=dict(_delete_=True, type='MixedBatchSampler', batch_size=size, ratio=ratio),
    dataset=dict(
        _delete_=True,
        type='ConcatDataset',
        datasets=[labelled, unlabeled],
        ignore_keys=['classes', 'palette', 'label_map', 'reduce_zero_label'],
    ),
)
