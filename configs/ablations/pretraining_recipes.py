"""Which MAE, fine-tuned how? pretraining.py with 10 % of the labels and the MAE of real tiles.

First how it is fine-tuned: trained, frozen, frozen at first, one learning rate for all layers. Then
MAEs that were pretrained another way, frozen, so that only what they bring makes the difference.
"""

_base_ = 'pretraining.py'

steps, frozen = 300, 'custom_hooks.1.iters'
mae_real = 'work_dirs/study/mae_real/epoch_68.pth'
recipes = {  # a key of configs/demo/mae_vit_aerial.py each
    'mask_50': 'model.backbone.mask_ratio=0.5',
    'mask_90': 'model.backbone.mask_ratio=0.9',
    'deep_decoder': 'model.neck.decoder_depth=8',
    'fine_crops': 'train_dataloader.dataset.pipeline.1.ground_gsd_m=0.10,0.15',
    'raw_pixels': 'model.head.norm_pix=False',
    'higher_rate': 'optim_wrapper.optimizer.lr=1e-3',
}
weights = {name: mae_real.replace('real', name) for name in recipes}
noise = _base_.variants.noise_10
mae = _base_.variants.mae_real_10
variants = dict(
    _delete_=True,
    noise=noise,
    noise_frozen=noise | {frozen: steps},
    mae=mae,
    mae_frozen=mae | {frozen: steps},
    mae_frozen_first=mae | {frozen: steps // 3},
    mae_no_layer_decay=mae | {'optim_wrapper.paramwise_cfg.layer_decay_rate': 1.0},
    **{
        f'mae_{name}': mae | {frozen: steps, 'model.backbone.pretrained': path}
        for name, path in weights.items()
    },
)
prepare = {
    '_delete_': True,
    mae_real: _base_.prepare[mae_real],
    **{
        path: _base_.prepare[mae_real].replace('mae_real', f'mae_{name}') + f' {recipes[name]}'
        for name, path in weights.items()
    },
}
del steps, frozen, mae_real, recipes, weights, noise, mae
