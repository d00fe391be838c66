"""DDRNet-23-slim (Hong et al. 2021, arXiv:2101.06085), mmseg's own."""

_base_ = '../_base_/peer.py'

model = dict(
    type='EncoderDecoder',
    data_preprocessor=_base_.preprocessor,
    backbone=dict(type='DDRNet', channels=32, ppm_channels=128, norm_cfg=_base_.norm),
    decode_head=dict(
        type='DDRHead',
        in_channels=128,
        channels=64,
        num_classes=3,
        dropout_ratio=0.0,
        norm_cfg=_base_.norm,
        loss_decode=[
            dict(type='DiceFocalLoss'),
            dict(type='DiceFocalLoss', loss_weight=0.4),
        ],
    ),
    train_cfg=dict(),
    test_cfg=dict(mode='whole'),
)
