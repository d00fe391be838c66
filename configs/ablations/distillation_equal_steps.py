"""Teacher and students with the same 6,000 steps of the same crops, for a GPU.

The unlabeled tiles are of the scorer's photographs, without its crops.
"""

_base_ = 'distillation.py'

steps, crop_px = 6000, 256
teacher = f'work_dirs/study/teacher_longest/iter_{steps}.pth'
both = 'train_dataloader.dataset.datasets'
longer = {
    'train_cfg.max_iters': steps,
    'param_scheduler.1.end': steps,
    'default_hooks.checkpoint.interval': steps,
    'train_dataloader.num_workers': 2,
}
labelled = longer | {'train_dataloader.dataset.pipeline.1.crop_px': crop_px}
mixed = longer | {f'{both}.{side}.pipeline.1.crop_px': crop_px for side in (0, 1)}
from_teacher = {'model.teacher_checkpoint': teacher}
variants = dict(
    _delete_=True,
    alone=_base_.variants.alone | labelled,
    cwd=_base_.variants.cwd | labelled | from_teacher,
    dist=_base_.variants.dist | labelled | from_teacher,
    cwd_unlabeled=_base_.variants.cwd_unlabeled | mixed | from_teacher,
)
fold = _base_.folds.sao_paulo
prepare = {
    '_delete_': True,
    teacher: 'python tools/train.py configs/demo/ohem_premium.py --resume '
    f'--data-root {fold.data_root} --split {fold.split} --work-dir work_dirs/study/teacher_longest '
    f'--cfg-options train_cfg.max_iters={steps} param_scheduler.1.end={steps} '
    'train_dataloader.num_workers=6',
}
del fold, steps, crop_px, teacher, both, longer, labelled, mixed, from_teacher
