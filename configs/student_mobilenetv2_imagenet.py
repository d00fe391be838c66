"""The student from supervised ImageNet weights."""

_base_ = 'student_mobilenetv2.py'

weights = (
    'https://mmassets.onedl.ai/mmclassification/v0/mobilenet_v2/'
    'mobilenet_v2_batch256_imagenet_20200708-3b2dc3af.pth'
)
start = dict(type='Pretrained', checkpoint=weights, prefix='backbone.')
model = dict(backbone=dict(init_cfg=start))
