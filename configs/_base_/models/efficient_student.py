"""EfficientStudentLaneNet: MobileNetV2 and a slim decoder, under 2 M parameters."""

_base_ = 'premium_lanenet.py'

model = dict(
    # mmseg's own, which ends at 320 channels: no last 1x1 layer of 0.4 M parameters.
    backbone=dict(_delete_=True, type='MobileNetV2', out_indices=(1, 2, 4, 6)),
    decode_head=dict(
        _delete_=True,
        type='EfficientHead',
        in_channels=(24, 32, 96, 320),  # at strides 4, 8, 16, 32
        channels=(64, 64, 64, 128),
        dense_stages=2,  # at strides 4 and 8, where lines are laid; the others are separable
        num_classes=3,
        logits_scale=4,  # as fine as the image: a line of 3 px is less than a feature of stride 4
        loss_decode=dict(type='DiceFocalLoss'),
    ),
)
