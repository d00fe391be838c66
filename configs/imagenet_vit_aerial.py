"""The fall-back: an encoder from supervised ImageNet weights, the same fine-tuning."""

_base_ = 'pretrained_premium_lanenet.py'

weights = (
    'https://mmassets.onedl.ai/mmclassification/v0/vit/finetune/'
    'vit-base-p16_in21k-pre-3rdparty_ft-64xb64_in1k-384_20210928-98e8652b.pth'
)
model = dict(backbone=dict(pretrained=weights))
