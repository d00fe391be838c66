"""distillation_nine_labels.py with 3,000 steps of crops of 128 px, and labels over flips."""

_base_ = 'distillation_nine_labels.py'

steps, crop_px, seeds = 3000, 128, (0, 1, 2)
short = next(iter(_base_.prepare))
teacher = f'work_dirs/study/teacher_nine_long/iter_{steps}.pth'
both = 'train_dataloader.dataset.datasets'
longer = {
    'train_cfg.max_iters': steps,
    'param_scheduler.1.end': steps,
    'default_hooks.checkpoint.interval': steps,
}
taught = longer | {
    f'{both}.0.pipeline.1.crop_px': crop_px,
    f'{both}.1.pipeline.1.crop_px': crop_px,
    'model.teacher_checkpoint': teacher,
    'model.teacher_flips': True,
}
most = {'train_dataloader.sampler.ratio': 0.75}
pseudo = _base_.variants.pseudo_unlabeled | taught
variants = dict(
    _delete_=True,
    alone=_base_.variants.alone | longer | {'train_dataloader.dataset.pipeline.1.crop_px': crop_px},
    pseudo_unlabeled=pseudo,
    pseudo_unlabeled_most=pseudo | most,
)
prepare = {
    '_delete_': True,
    teacher: _base_.prepare[short]
    .replace('teacher_nine', 'teacher_nine_long')
    .replace('=1000', f'={steps}')
    + f' train_dataloader.dataset.pipeline.1.crop_px={crop_px}',
}
del steps, crop_px, short, teacher, both, longer, taught, most, pseudo
