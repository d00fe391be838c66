"""How loud may a teacher be? Channel-wise distillation at several weights, crops of 256 px.

1,500 steps, those of `*_long*` 3,000; `cwd_0.3_long_stopped` does not hear it in the second half.
At the paper's weight of 3 its gradient is some ten times the labels' (docs/benchmarks.md). The
teacher is that of distillation_equal_steps.py, of 6,000 steps.
"""

_base_ = 'distillation_equal_steps.py'

alone, cwd = _base_.variants.alone, _base_.variants.cwd
short, long = (
    {
        'train_cfg.max_iters': steps,
        'param_scheduler.1.end': steps,
        'default_hooks.checkpoint.interval': steps,
        'train_dataloader.num_workers': 1,
    }
    for steps in (1500, 3000)
)
weighed = {
    weight: {'model.logit_losses': [dict(type='ChannelWiseDistillationLoss', loss_weight=weight)]}
    for weight in (3.0, 1.0, 0.3, 0.1)
}
stop = dict(type='EarlyStoppedDistillationHook', iters=1500)
variants = dict(
    _delete_=True,
    alone=alone | short,
    **{f'cwd_{weight}': cwd | short | loss for weight, loss in weighed.items()},
    alone_long=alone | long,
    **{f'cwd_{weight}_long': cwd | long | loss for weight, loss in weighed.items()},
)
variants['cwd_0.3_long_stopped'] = {
    **variants['cwd_0.3_long'],
    'custom_hooks': [*cwd.custom_hooks, stop],
}
del alone, cwd, short, long, weighed, stop
