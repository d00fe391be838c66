"""The plan's loss, and the hooks that watch its hard pixels."""

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
ohem_hooks = [
    dict(type='OHEMStatsHook'),
    dict(type='OHEMWarmupHook', iters=500),
    dict(type='OHEMFallbackHook'),
]
