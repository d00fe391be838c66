"""Distillation for two cores: the small convolutional teacher of ohem_premium.py beside it."""

_base_ = ['student_mobilenetv2.py', '../_base_/distiller.py']

monitor, speed = _base_.distillation_hooks
model = dict(
    _base_.distiller,
    student=_base_.model,
    teacher='configs/demo/ohem_premium.py',
    teacher_checkpoint='work_dirs/demo/ohem_premium/best_*.pth',
)
custom_hooks = [
    *_base_.custom_hooks,
    dict(monitor, interval=_base_.looks),
    dict(speed, size_px=256),
]
