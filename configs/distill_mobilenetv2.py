"""Pillar 3: the student learns from the labels and from the frozen premium teacher."""

_base_ = 'student_mobilenetv2.py'

model = dict(
    _delete_=True,
    type='SegmentorDistiller',
    student=_base_.model,
    teacher='configs/ohem_premium.py',
    teacher_checkpoint='work_dirs/ohem_premium/best_*.pth',
    alpha=0.7,
    loss_kd=dict(type='LogitDistillationLoss', temperature=4.0),
)
custom_hooks = [
    *_base_.custom_hooks,
    dict(type='DistillationMonitorHook'),
    dict(type='SpeedComparisonHook'),
]
