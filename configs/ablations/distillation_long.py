"""The student alone and with channel-wise distillation, four and seven times as long.

The longer trained teacher is configs/demo/ohem_premium.py after 3,000 steps (docs/benchmarks.md).
With crops of 256 px the student sees as many pixels as this teacher has.
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
as_teacher = longer | {'train_dataloader.dataset.pipeline.1.crop_px': 256}
taught_longer = {'model.teacher_checkpoint': 'work_dirs/study/teacher_long/iter_3000.pth'}
variants = dict(
    _delete_=True,
    alone_long=dict(_base_.variants.alone, **longer),
    cwd_long=dict(_base_.variants.cwd, **longer),
    cwd_longest=dict(_base_.variants.cwd, **longest),
    cwd_taught_longer_long=dict(_base_.variants.cwd, **longer, **taught_longer),
    cwd_taught_longer_longest=dict(_base_.variants.cwd, **longest, **taught_longer),
    cwd_unlabeled_long=dict(_base_.variants.cwd_unlabeled, **longer),
    alone_as_teacher=_base_.variants.alone | as_teacher,
    separable_as_teacher=_base_.variants.alone_separable | as_teacher,
    cwd_as_teacher=_base_.variants.cwd | as_teacher | taught_longer,
)
fold = _base_.folds.sao_paulo
prepare = {
    taught_longer['model.teacher_checkpoint']: 'python tools/train.py '
    f'configs/demo/ohem_premium.py --data-root {fold.data_root} --split {fold.split} '
    '--resume --work-dir work_dirs/study/teacher_long '
    '--cfg-options train_cfg.max_iters=3000 param_scheduler.1.end=3000'
}
del fold, longer, longest, as_teacher, taught_longer
