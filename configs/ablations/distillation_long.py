"""The student alone and with channel-wise distillation, nearly four times as long."""

_base_ = 'distillation.py'

steps = 3000
longer = {
    'train_cfg.max_iters': steps,
    'param_scheduler.1.end': steps,
    'default_hooks.checkpoint.interval': steps // 6,
}
variants = dict(
    _delete_=True,
    alone_long=dict(_base_.variants.alone, **longer),
    cwd_long=dict(_base_.variants.cwd, **longer),
    cwd_unlabeled_long=dict(_base_.variants.cwd_unlabeled, **longer),
)
seeds = (0,)
del steps, longer
