"""A student with the premium teacher at its side, and the hooks that watch them."""

distiller = dict(
    _delete_=True,
    type='SegmentorDistiller',
    teacher='configs/ohem_premium.py',
    teacher_checkpoint='work_dirs/ohem_premium/best_*.pth',
    alpha=0.7,
    loss_kd=dict(type='LogitDistillationLoss', temperature=4.0),
)
distillation_hooks = [dict(type='DistillationMonitorHook'), dict(type='SpeedComparisonHook')]
