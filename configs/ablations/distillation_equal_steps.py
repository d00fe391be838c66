"""Teacher and students with the same 6,000 steps of the same crops, for a GPU.

Those of `*_twice` have 12,000 steps and the same teacher: a patient student (Beyer et al. 2022).
Those of `*_stopped*` do not hear it in the second half (Cho and Hariharan 2019), `*_quiet*` hear it
at the weight of the configs, a tenth of the paper's.
The unlabeled tiles are of the scorer's photographs, without its crops.
"""

_base_ = 'distillation.py'

steps, crop_px = 6000, 256
teacher = f'work_dirs/study/teacher_longest/iter_{steps}.pth'
both = 'train_dataloader.dataset.datasets'
crop = {'train_dataloader.dataset.pipeline.1.crop_px': crop_px}
crops = {f'{both}.{side}.pipeline.1.crop_px': crop_px for side in (0, 1)}
once, twice = (
    {
        'train_cfg.max_iters': length,
        'param_scheduler.1.end': length,
        'default_hooks.checkpoint.interval': length,
        'train_dataloader.num_workers': 2,
    }
    for length in (steps, 2 * steps)
)
hooks = _base_.variants.cwd.custom_hooks
stopped, stopped_twice = (
    {'custom_hooks': [*hooks, dict(type='EarlyStoppedDistillationHook', iters=length // 2)]}
    for length in (steps, 2 * steps)
)
loss = dict(type='ChannelWiseDistillationLoss', loss_weight=0.3)
quiet = {'model.logit_losses': [loss]}
alone = _base_.variants.alone | crop
cwd, dist, unlabeled = (
    _base_.variants[name] | pixels | {'model.teacher_checkpoint': teacher}
    for name, pixels in dict(cwd=crop, dist=crop, cwd_unlabeled=crops).items()
)
variants = dict(
    _delete_=True,
    alone=alone | once,
    cwd=cwd | once,
    dist=dist | once,
    cwd_unlabeled=unlabeled | once,
    cwd_stopped=cwd | once | stopped,
    cwd_quiet=cwd | once | quiet,
    cwd_quiet_unlabeled=unlabeled | once | quiet,
    alone_twice=alone | twice,
    cwd_twice=cwd | twice,
    cwd_stopped_twice=cwd | twice | stopped_twice,
    cwd_quiet_twice=cwd | twice | quiet,
)
fold = _base_.folds.sao_paulo
prepare = {
    '_delete_': True,
    teacher: 'python tools/train.py configs/demo/ohem_premium.py --resume '
    f'--data-root {fold.data_root} --split {fold.split} --work-dir work_dirs/study/teacher_longest '
    f'--cfg-options train_cfg.max_iters={steps} param_scheduler.1.end={steps} '
    'train_dataloader.num_workers=6',
}
del fold, steps, crop_px, teacher, both, crop, crops, once, twice, hooks, stopped, stopped_twice
del alone, cwd, dist, unlabeled, loss, quiet
