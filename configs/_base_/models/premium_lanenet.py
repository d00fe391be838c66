"""PremiumLaneNet: a U-Net at full size with attention on its skips."""

model = dict(
    type='EncoderDecoder',
    data_preprocessor=dict(
        type='SegDataPreProcessor',
        mean=[123.675, 116.28, 103.53],  # of ImageNet
        std=[58.395, 57.12, 57.375],
        bgr_to_rgb=True,
        pad_val=0,
        seg_pad_val=255,
        # Features of all strides have to lie on each other: where a side is not divided, lines
        # drift by some pixels. What is padded is cut off again.
        size_divisor=32,
        test_cfg=dict(size_divisor=32),
    ),
    backbone=dict(type='UNetEncoder', widths=(32, 64, 128, 256, 512)),
    decode_head=dict(
        type='PremiumUNetHead',
        in_channels=(32, 64, 128, 256, 512),
        channels=(32, 64, 128, 256),
        num_classes=3,
        loss_decode=dict(type='DiceFocalLoss'),
    ),
    train_cfg=dict(),
    test_cfg=dict(mode='whole'),
)
