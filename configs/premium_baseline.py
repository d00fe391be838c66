"""PremiumLaneNet on AEL with Dice-Focal loss: the model that later ones are compared with."""

_base_ = [
    '_base_/runtime.py',
    '_base_/datasets/ael.py',
    '_base_/models/premium_lanenet.py',
    '_base_/schedules/iters_40k.py',
]
