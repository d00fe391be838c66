"""Few real labels at full size: few_real_labels.py with a ViT-B/16 and twice the steps.

The MAE is that of pretraining_vit_b.py, of unlabeled tiles of all three cities. `*_frozen_11` never
train the encoder.
"""

_base_ = 'few_real_labels.py'

crop_px, steps = 256, 600
start = 'work_dirs/study/mae_vit_b_all/epoch_100.pth'
fine_tuned = {
    'model.backbone.vit.arch': 'b',
    'model.backbone.vit.img_size': crop_px,
    'model.test_cfg.crop_size': (crop_px, crop_px),
    'model.test_cfg.stride': (192, 192),
    'train_dataloader.dataset.pipeline.1.crop_px': crop_px,
    'optim_wrapper.optimizer.lr': 1e-3,
    'param_scheduler.0.end': steps // 10,
    'param_scheduler.1.begin': steps // 10,
    'param_scheduler.1.end': steps,
    'train_cfg.max_iters': steps,
    'default_hooks.checkpoint.interval': steps,
    'default_hooks.checkpoint.save_optimizer': False,
}
variants = {
    name: {
        **options,
        **fine_tuned,
        'model.backbone.pretrained': options['model.backbone.pretrained'] and start,
    }
    for name, options in _base_.variants.items()
}
variants |= {
    f'{start}_frozen_11': {**variants[f'{start}_11'], 'custom_hooks.1.iters': steps}
    for start in ('noise', 'mae_all')
}
scorers = dict(miami=_base_.scorers.miami.replace('--whole 1', '--whole 1 --tile 256 --overlap 64'))
prepare = {
    '_delete_': True,
    start: 'python tools/train.py configs/mae_vit_aerial_100e.py --resume '
    '--data-root data/corpora/all --work-dir work_dirs/study/mae_vit_b_all '
    '--cfg-options load_from=None optim_wrapper.optimizer.lr=1.2e-3 custom_hooks.1.interval=50 '
    'custom_hooks.2.interval=50 default_hooks.checkpoint.interval=100',
}
del crop_px, steps, start, fine_tuned
