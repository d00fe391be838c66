"""Pillar 2 for two cores: the small convolutional encoder, 600 steps."""

_base_ = ['premium_baseline.py', '../_base_/losses/premium.py']

warm_up, looks = 50, 50
stats, norms, warmup, fallback = _base_.ohem_hooks
model = dict(decode_head=dict(loss_decode=_base_.premium_loss))
custom_hooks = [
    *_base_.custom_hooks,
    dict(stats, interval=looks, picture_interval=6 * looks),
    dict(norms, interval=looks),
    dict(warmup, iters=warm_up),
    fallback,
]
