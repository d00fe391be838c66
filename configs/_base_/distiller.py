"""A student with the premium teacher at its side, and the hooks that watch them."""

distiller = dict(
    _delete_=True,
    type='SegmentorDistiller',
    teacher='configs/ohem_premium.py',
    teacher_checkpoint='work_dirs/ohem_premium/best_*.pth',
    alpha=0.0,  # of loss_kd: softened logits teach the background (docs/distillation.md)
    # A tenth of the paper's weight: its gradient is near that of the labels (docs/distillation.md).
    logit_losses=[dict(type='ChannelWiseDistillationLoss', loss_weight=0.3)],
)
distillation_hooks = [dict(type='DistillationMonitorHook'), dict(type='SpeedComparisonHook')]
