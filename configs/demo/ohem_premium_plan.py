"""The plan's numbers for two cores."""

_base_ = ['ohem_premium.py', '../_base_/losses/plan.py']

stats, warmup, fallback = _base_.ohem_hooks
model = dict(decode_head=dict(use_attention=True, loss_decode=_base_.plan_loss))
custom_hooks = [
    *_base_.custom_hooks,
    dict(stats, interval=_base_.looks, picture_interval=6 * _base_.looks),
    dict(warmup, iters=_base_.looks),
    fallback,
]
