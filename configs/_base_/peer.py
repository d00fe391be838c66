"""What a peer shares with the student: data, schedule, loss, and a start from noise."""

_base_ = ['runtime.py', 'datasets/ael.py', 'schedules/iters_40k.py']

norm = dict(type='BN')
preprocessor = dict(
    type='SegDataPreProcessor',
    mean=[123.675, 116.28, 103.53],
    std=[58.395, 57.12, 57.375],
    bgr_to_rgb=True,
    seg_pad_val=255,
    size_divisor=32,
    test_cfg=dict(size_divisor=32),
)
