"""PremiumLaneNet on a pretrained ViT-B/16: stem and tokens, attention on the skips."""

_base_ = 'premium_lanenet.py'

widths = (32, 64, 128, 256)  # at strides 2, 4, 8, 16
model = dict(
    backbone=dict(
        _delete_=True,
        type='ViTPyramid',
        vit=dict(arch='b', img_size=512),
        stem_channels=widths[:2],
        token_channels=widths[2:],
        pretrained='work_dirs/mae_vit_aerial/epoch_300.pth',
    ),
    decode_head=dict(in_channels=widths, channels=widths[:-1]),
    # Tokens know their place in a crop of the size that they were trained on.
    test_cfg=dict(mode='slide', crop_size=(512, 512), stride=(384, 384)),
)
