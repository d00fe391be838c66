"""Pillar 2 for two cores: the small convolutional encoder, 600 steps."""

_base_ = ['premium_baseline.py', '../_base_/losses/premium.py']

looks = 50
model = dict(decode_head=dict(use_attention=False, loss_decode=_base_.premium_loss))
custom_hooks = [*_base_.custom_hooks, dict(type='GradientNormHook', interval=looks)]
