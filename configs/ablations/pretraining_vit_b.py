"""Does pretraining pay at full size? pretraining.py with a ViT-B/16, for a GPU.

The MAE is the pillar's own of 100 epochs, but from noise: ImageNet's weights would be a second
pretraining. Each start is fine-tuned as the others; `noise_even_100` has one learning rate for all
layers, since layer decay is made for an encoder that has already learned; `*_frozen_100` never
train the encoder, so that only what it brings makes the difference.
"""

_base_ = 'pretraining.py'

config = 'configs/pretrained_premium_lanenet.py'
starts = {
    f'mae_{corpus}': f'work_dirs/study/mae_vit_b_{corpus}/epoch_100.pth'
    for corpus in ('real', 'rendered')
}
steps, crop_px = 600, 256
fine_tuned = {
    'model.backbone.vit.img_size': crop_px,
    'model.test_cfg.crop_size': (crop_px, crop_px),
    'model.test_cfg.stride': (192, 192),
    'train_dataloader.dataset.pipeline.1.crop_px': crop_px,
    'train_dataloader.dataset.pipeline.1.ground_gsd_m': (0.10, 0.25),
    'train_dataloader.num_workers': 2,
    'optim_wrapper.type': 'Bfloat16OptimWrapper',
    'optim_wrapper.optimizer.lr': 1e-3,
    'param_scheduler.0.end': steps // 10,
    'param_scheduler.1.begin': steps // 10,
    'param_scheduler.1.end': steps,
    'train_cfg.max_iters': steps,
    'default_hooks.checkpoint.interval': steps,
    'default_hooks.checkpoint.save_optimizer': False,
    'custom_hooks': [dict(type='ChannelsLastHook'), dict(type='GroundLeakageHook')],
}
variants = dict(
    _delete_=True,
    **{
        name: {
            **fine_tuned,
            'model.backbone.pretrained': starts.get(name.rpartition('_')[0]),
            **{key: value for key, value in options.items() if key.endswith('.indices')},
        }
        for name, options in _base_.variants.items()
    },
)
variants['noise_even_100'] = {
    **variants['noise_100'],
    'optim_wrapper.paramwise_cfg.layer_decay_rate': 1.0,
}
freeze = dict(type='FreezeBackboneHook', iters=steps)
variants |= {
    f'{start}_frozen_100': {
        **variants[f'{start}_100'],
        'custom_hooks': [*fine_tuned['custom_hooks'], freeze],
    }
    for start in ('noise', *starts)
}
scorers = dict(miami=_base_.scorers.miami.replace('--whole 1', '--whole 1 --tile 256 --overlap 64'))
prepare = dict(
    _delete_=True,
    **{
        path: 'python tools/train.py configs/mae_vit_aerial_100e.py --resume '
        f'--data-root data/corpora/{start[4:]} --work-dir {path.rpartition("/")[0]} '
        '--cfg-options load_from=None optim_wrapper.optimizer.lr=1.2e-3 custom_hooks.1.interval=50 '
        'custom_hooks.2.interval=50 default_hooks.checkpoint.interval=100'
        for start, path in starts.items()
    },
)
del starts, steps, crop_px, fine_tuned, freeze
