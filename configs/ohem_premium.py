"""Pillar 2: an encoder from MAE, PremiumUNetHead, and the loss that did best."""

_base_ = ['pretrained_premium_lanenet.py', '_base_/losses/premium.py']

model = dict(decode_head=dict(use_attention=False, loss_decode=_base_.premium_loss))
custom_hooks = [*_base_.custom_hooks, dict(type='GradientNormHook')]
