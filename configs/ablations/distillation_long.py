"""The student alone and with channel-wise distillation, four and seven times as long.

The longer trained teacher is configs/demo/ohem_premium.py after 3,000 steps (docs/benchmarks.md).
"""

_base_ = 'distillation.py'

longer, longest = (
    {
        'train_cfg.max_iters': steps,
        'param_scheduler.1.end': steps,
        'default_hooks.checkpoint.interval': 500,
    }
    for steps in (3000, 6000)
)
taught_longer = {'model.teacher_checkpoint': 'work_dirs/study/teacher_long/iter_*.pth'}
variants = dict(
    _delete_=True,
    alone_long=dict(_base_.variants.alone, **longer),
    cwd_long=dict(_base_.variants.cwd, **longer),
    cwd_longest=dict(_base_.variants.cwd, **longest),
    cwd_taught_longer_long=dict(_base_.variants.cwd, **longer, **taught_longer),
    cwd_unlabeled_long=dict(_base_.variants.cwd_unlabeled, **longer),
)
del longer, longest, taught_longer
