"""What a trained student learns from itself on photographs that have no labels.

Its teacher is the student as it was, asked about all four flips of a tile. Half of every batch are
tiles of the scorer's cities, without its crops; `alone` goes on with rendered tiles for as long,
`seen` has the tiles in its batches, and so in its batch norms, without any labels of theirs. Labels
of `*_pale_lines` are lanes from 35 % on, those of `*_unsure_ignored` background from 80 % on alone.
self_training_unseen.py leaves cities out.
"""

_base_ = 'distillation.py'

steps, crop_px = 600, 256
start = 'work_dirs/study/student/iter_12000.pth'
both = 'train_dataloader.dataset.datasets'
more = {
    'load_from': start,
    'train_cfg.max_iters': steps,
    'param_scheduler.1.end': steps,
    'default_hooks.checkpoint.interval': steps,
    'optim_wrapper.optimizer.lr': 1e-3,
    'train_dataloader.num_workers': 1,
}
itself = {
    'model.teacher': 'configs/demo/student_mobilenetv2.py',
    'model.teacher_checkpoint': start,
}
premium = {'model.teacher_checkpoint': 'work_dirs/study/teacher_longest/iter_6000.pth'}
mixed = {
    f'{both}.0.pipeline.1.crop_px': crop_px,
    f'{both}.1.pipeline.1.crop_px': crop_px,
    f'{both}.1.data_root': 'data/corpora/all',
    'train_dataloader.sampler.ratio': 0.5,
    'model.logit_losses': [],
    'model.teacher_flips': True,
}
pseudo = _base_.variants.cwd_unlabeled | more | mixed
all_labels, sure_labels, no_labels, pale_lines, unsure_ignored = (
    {'model.pseudo_label_confidence': least}
    for least in (0.0, 0.8, None, (0.65, 0.35, 0.35), (0.8, 0.5, 0.5))
)
variants = dict(
    _delete_=True,
    alone=_base_.variants.alone | more | {'train_dataloader.dataset.pipeline.1.crop_px': crop_px},
    seen=pseudo | itself | no_labels,
    itself=pseudo | itself | all_labels,
    itself_sure=pseudo | itself | sure_labels,
    itself_pale_lines=pseudo | itself | pale_lines,
    itself_unsure_ignored=pseudo | itself | unsure_ignored,
    premium=pseudo | premium | all_labels,
)
fold = _base_.folds.sao_paulo
prepare = {
    '_delete_': True,
    start: 'python tools/train.py configs/demo/student_mobilenetv2.py --resume '
    f'--data-root {fold.data_root} --split {fold.split} --work-dir work_dirs/study/student '
    '--cfg-options train_cfg.max_iters=12000 param_scheduler.1.end=12000',
    premium['model.teacher_checkpoint']: 'python tools/train.py configs/demo/ohem_premium.py '
    f'--resume --data-root {fold.data_root} --split {fold.split} '
    '--work-dir work_dirs/study/teacher_longest '
    '--cfg-options train_cfg.max_iters=6000 param_scheduler.1.end=6000',
}
del steps, crop_px, start, both, more, itself, premium, mixed, pseudo, all_labels, sure_labels
del fold, no_labels, pale_lines, unsure_ignored
