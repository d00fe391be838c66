"""Pillar 2: an encoder from MAE, PremiumUNetHead, Dice-Focal with OHEM."""

_base_ = ['pretrained_premium_lanenet.py', '_base_/losses/premium.py']

model = dict(decode_head=dict(loss_decode=_base_.premium_loss))
custom_hooks = [*_base_.custom_hooks, *_base_.ohem_hooks]
