"""The plan's numbers, which lost: class weights 0.1 / 5 / 5, OHEM at 0.4, attention."""

_base_ = ['ohem_premium.py', '_base_/losses/plan.py']

model = dict(decode_head=dict(use_attention=True, loss_decode=_base_.plan_loss))
custom_hooks = [*_base_.custom_hooks, *_base_.ohem_hooks]
