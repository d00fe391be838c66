"""The loss that did best (docs/benchmarks.md): Dice-Focal, all classes alike."""

premium_loss = dict(
    _delete_=True,
    type='PremiumLoss',
    dice_focal_weight=1.0,
    ohem_weight=0.0,
)
