"""How loud may a teacher be? Channel-wise distillation at several weights, 1,500 steps of 256 px.

At the paper's weight of 3 its gradient is ten times that of the labels (docs/benchmarks.md). The
teacher is that of distillation_equal_steps.py, of 6,000 steps.
"""

_base_ = 'distillation_equal_steps.py'

steps = 1500
shorter = {
    'train_cfg.max_iters': steps,
    'param_scheduler.1.end': steps,
    'default_hooks.checkpoint.interval': steps,
    'train_dataloader.num_workers': 1,
}
cwd = _base_.variants.cwd | shorter
variants = dict(
    _delete_=True,
    alone=_base_.variants.alone | shorter,
    **{
        f'cwd_{weight}': cwd
        | {'model.logit_losses': [dict(type='ChannelWiseDistillationLoss', loss_weight=weight)]}
        for weight in (3.0, 1.0, 0.3, 0.1)
    },
)
del steps, shorter, cwd
