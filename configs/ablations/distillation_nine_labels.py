"""distillation_few_labels.py with nine labelled tiles and 1,000 steps."""

_base_ = 'distillation_few_labels.py'

steps, tiles = 1000, list(range(0, 900, 100))
thirty = next(iter(_base_.prepare))
teacher = f'work_dirs/study/teacher_nine/iter_{steps}.pth'
shorter = {
    'train_cfg.max_iters': steps,
    'param_scheduler.1.end': steps,
    'default_hooks.checkpoint.interval': steps,
}
nine = shorter | {
    'model.teacher_checkpoint': teacher,
    'train_dataloader.dataset.datasets.0.indices': tiles,
}
variants = dict(
    _delete_=True,
    alone=_base_.variants.alone | shorter | {'train_dataloader.dataset.indices': tiles},
    pseudo_unlabeled=_base_.variants.pseudo_unlabeled | nine,
    cwd_unlabeled=_base_.variants.cwd_unlabeled | nine,
)
prepare = {
    '_delete_': True,
    teacher: _base_.prepare[thirty]
    .replace('teacher_few', 'teacher_nine')
    .replace('=1500', f'={steps}')
    .rsplit('=', 1)[0]
    + f'={",".join(map(str, tiles))}',
}
del steps, tiles, thirty, teacher, shorter, nine
