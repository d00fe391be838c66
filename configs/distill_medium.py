"""The chain's first link: the medium model learns from the premium teacher."""

_base_ = 'medium_mobilenetv2.py'

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
