"""The loss that did best, the plan's, and the hooks that watch them (docs/benchmarks.md)."""

premium_loss = dict(
    _delete_=True,
    type='PremiumLoss',
    dice_focal_weight=1.0,
    ohem_weight=0.0,
)
plan_loss = dict(
    _delete_=True,
    type='PremiumLoss',
    dice_focal_weight=0.6,
    ohem_weight=0.4,
    options=dict(
        dice_focal=dict(class_weight=(0.1, 5.0, 5.0)),
        ohem=dict(thresh=0.7, min_kept=1024),
    ),
)
watch_hooks = [dict(type='GradientNormHook')]
ohem_hooks = [
    dict(type='OHEMStatsHook'),
    dict(type='OHEMWarmupHook', iters=500),
    dict(type='OHEMFallbackHook'),
]
