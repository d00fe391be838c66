"""Pillar 3's medium model alone: no teacher, from noise, the premium loss."""

_base_ = [
    '_base_/runtime.py',
    '_base_/datasets/ael.py',
    '_base_/models/medium_student.py',
    '_base_/schedules/iters_40k.py',
    '_base_/losses/premium.py',
]

model = dict(decode_head=dict(loss_decode=_base_.premium_loss))
custom_hooks = [*_base_.custom_hooks, dict(type='GradientNormHook')]
