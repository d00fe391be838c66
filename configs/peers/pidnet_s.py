"""PIDNet-S (Xu et al. 2023, arXiv:2206.02066), mmseg's own."""

_base_ = '../_base_/peer.py'

load, crop, draw, distort, pack = _base_.train_pipeline
edges = dict(type='GenerateEdge', edge_width=4)
train_dataloader = dict(dataset=dict(pipeline=[load, crop, draw, distort, edges, pack]))

model = dict(
    type='EncoderDecoder',
    data_preprocessor=_base_.preprocessor,
    backbone=dict(
        type='PIDNet',
        channels=32,
        ppm_channels=96,
        num_stem_blocks=2,
        num_branch_blocks=3,
        norm_cfg=_base_.norm,
    ),
    decode_head=dict(
        type='PIDHead',
        in_channels=128,
        channels=128,
        num_classes=3,
        norm_cfg=_base_.norm,
        align_corners=True,
        loss_decode=[  # of its branches: P, I, D, and I at edges alone
            dict(type='DiceFocalLoss', loss_weight=0.4),
            dict(type='DiceFocalLoss'),
            dict(type='BoundaryLoss', loss_weight=20.0),
            dict(type='DiceFocalLoss'),
        ],
    ),
    train_cfg=dict(),
    test_cfg=dict(mode='whole'),
)
