"""BiSeNetV2 (Yu et al. 2021, arXiv:2004.02147), mmseg's own."""

_base_ = '../_base_/peer.py'

head = dict(
    type='FCNHead',
    num_classes=3,
    concat_input=False,
    norm_cfg=_base_.norm,
    loss_decode=dict(type='DiceFocalLoss'),
)
model = dict(
    type='EncoderDecoder',
    data_preprocessor=_base_.preprocessor,
    backbone=dict(type='BiSeNetV2', norm_cfg=_base_.norm),
    decode_head=dict(head, in_index=0, in_channels=128, channels=1024, num_convs=1),
    auxiliary_head=[  # the booster of the paper's section 4.4, after each semantic stage
        dict(head, in_index=1, in_channels=16, channels=16, num_convs=2),
        dict(head, in_index=2, in_channels=32, channels=64, num_convs=2),
        dict(head, in_index=3, in_channels=64, channels=256, num_convs=2),
        dict(head, in_index=4, in_channels=128, channels=1024, num_convs=2),
    ],
    train_cfg=dict(),
    test_cfg=dict(mode='whole'),
)
