"""Distillation for two cores: the small convolutional teacher of ohem_premium.py beside it."""

_base_ = 'student_mobilenetv2.py'

looks = _base_.looks
model = dict(
    _delete_=True,
    type='SegmentorDistiller',
    student=_base_.model,
    teacher='configs/demo/ohem_premium.py',
    teacher_checkpoint='work_dirs/ohem_premium/best_*.pth',
    alpha=0.7,
    loss_kd=dict(type='LogitDistillationLoss', temperature=4.0),
)
custom_hooks = [
    *_base_.custom_hooks,
    dict(type='DistillationMonitorHook', interval=looks),
    dict(type='SpeedComparisonHook', size_px=256),
]
