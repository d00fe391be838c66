"""SegFormer-B0 (Xie et al. 2021, arXiv:2105.15203), mmseg's own."""

_base_ = '../_base_/peer.py'

model = dict(
    type='EncoderDecoder',
    data_preprocessor=_base_.preprocessor,
    backbone=dict(
        type='MixVisionTransformer',
        embed_dims=32,
        num_layers=(2, 2, 2, 2),
        num_heads=(1, 2, 5, 8),
        sr_ratios=(8, 4, 2, 1),
        qkv_bias=True,
        drop_path_rate=0.1,
    ),
    decode_head=dict(
        type='SegformerHead',
        in_channels=[32, 64, 160, 256],
        in_index=[0, 1, 2, 3],
        channels=256,
        num_classes=3,
        norm_cfg=_base_.norm,
        loss_decode=dict(type='DiceFocalLoss'),
    ),
    train_cfg=dict(),
    test_cfg=dict(mode='whole'),
)
