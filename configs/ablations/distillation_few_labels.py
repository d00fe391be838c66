"""Thirty labelled tiles and 900 without labels: what a teacher of the thirty is good for.

Teacher and students have 1,500 steps of eight crops of 256 px. Half of the crops of `*unlabeled`
are of the 900 rendered tiles of the six training cities, without their labels: the corpus of
pretraining.py.
"""

_base_ = 'distillation.py'

steps, crop_px, tiles = 1500, 256, list(range(0, 900, 30))
teacher = f'work_dirs/study/teacher_few/iter_{steps}.pth'
both = 'train_dataloader.dataset.datasets'
sides = {
    f'{both}.{side}.pipeline.1.{key}': value
    for side in (0, 1)
    for key, value in dict(crop_px=crop_px, ground_gsd_m=(0.10, 0.25)).items()
}
longer = {
    'train_cfg.max_iters': steps,
    'param_scheduler.1.end': steps,
    'default_hooks.checkpoint.interval': steps,
    'train_dataloader.num_workers': 1,
}
taught = longer | {'model.teacher_checkpoint': teacher}
few = {
    'train_dataloader.dataset.indices': tiles,
    'train_dataloader.dataset.pipeline.1.crop_px': crop_px,
}
mixed = sides | {
    f'{both}.0.indices': tiles,
    f'{both}.1.data_root': 'data/corpora/rendered',
    'train_dataloader.sampler.ratio': 0.5,
}
loss = {'model.logit_losses': [dict(type='ChannelWiseDistillationLoss', loss_weight=0.3)]}
pseudo = {'model.logit_losses': [], 'model.pseudo_label_confidence': 0.0}
unlabeled = _base_.variants.cwd_unlabeled | taught | mixed
variants = dict(
    _delete_=True,
    alone=_base_.variants.alone | longer | few,
    cwd=_base_.variants.cwd | taught | few | loss,
    cwd_unlabeled=unlabeled | loss,
    pseudo_unlabeled=unlabeled | pseudo,
    pseudo_cwd_unlabeled=unlabeled | pseudo | loss,
)
fold = _base_.folds.sao_paulo
prepare = {
    '_delete_': True,
    teacher: 'python tools/train.py configs/demo/ohem_premium.py --resume '
    f'--data-root {fold.data_root} --split {fold.split} --work-dir work_dirs/study/teacher_few '
    f'--cfg-options train_cfg.max_iters={steps} param_scheduler.1.end={steps} '
    f'train_dataloader.dataset.indices={",".join(map(str, tiles))}',
}
del steps, crop_px, tiles, teacher, both, sides, longer, taught, few, mixed, loss, pseudo
del unlabeled, fold
