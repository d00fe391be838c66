"""Pillar 2 with the convolutional encoder, which needs no pretraining."""

_base_ = ['premium_baseline.py', '_base_/losses/premium.py']

model = dict(decode_head=dict(use_attention=False, loss_decode=_base_.premium_loss))
custom_hooks = [*_base_.custom_hooks, dict(type='GradientNormHook')]
