"""The student alone and with channel-wise distillation, four and seven times as long."""

_base_ = 'distillation.py'

longer, longest = (
    {
        'train_cfg.max_iters': steps,
        'param_scheduler.1.end': steps,
        'default_hooks.checkpoint.interval': 500,
    }
    for steps in (3000, 6000)
)
variants = dict(
    _delete_=True,
    alone_long=dict(_base_.variants.alone, **longer),
    cwd_long=dict(_base_.variants.cwd, **longer),
    cwd_longest=dict(_base_.variants.cwd, **longest),
    cwd_unlabeled_long=dict(_base_.variants.cwd_unlabeled, **longer),
)
seeds = (0,)
del longer, longest
