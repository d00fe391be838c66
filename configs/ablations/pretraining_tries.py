"""Where pretraining did not help: three times the steps, and other recipes.

Eleven photographs' weak labels, as in few_real_labels.py, whose MAE `mae` starts from. Each further
start differs from that by one thing: `mae_frozen` and the like are fine-tuned another way, the
others were pretrained another way.
"""

_base_ = 'few_real_labels.py'

steps, frozen = 900, 'custom_hooks.1.iters'
recipes = {  # of pretraining: epochs, and a key of configs/demo/mae_vit_aerial.py
    'long': (100, ''),
    'mask_50': (36, 'model.backbone.mask_ratio=0.5'),
    'mask_90': (36, 'model.backbone.mask_ratio=0.9'),
    'deep_decoder': (36, 'model.neck.decoder_depth=8'),
    'fine_crops': (36, 'train_dataloader.dataset.pipeline.1.ground_gsd_m=0.10,0.15'),
    'raw_pixels': (36, 'model.head.norm_pix=False'),
}
weights = {
    name: f'work_dirs/study/mae_{name}/epoch_{epochs}.pth' for name, (epochs, _) in recipes.items()
}
longer = {
    'train_cfg.max_iters': steps,
    'param_scheduler.1.end': steps,
    'default_hooks.checkpoint.interval': steps,
}
noise = _base_.variants.noise_11 | longer
mae = _base_.variants.mae_all_11 | longer
variants = dict(
    _delete_=True,
    noise=noise,
    noise_frozen=noise | {frozen: steps},
    mae=mae,
    mae_frozen=mae | {frozen: steps},
    mae_frozen_first=mae | {frozen: steps // 3},
    mae_no_layer_decay=mae | {'optim_wrapper.paramwise_cfg.layer_decay_rate': 1.0},
    **{f'mae_{name}': mae | {'model.backbone.pretrained': path} for name, path in weights.items()},
)
scorers = dict(miami=_base_.scorers.miami.replace('--whole 1', '--whole 2'))
prepare = {
    weights[name]: _base_.prepare['work_dirs/study/mae_all/epoch_36.pth']
    .replace('mae_all', f'mae_{name}')
    .replace('=36', f'={epochs}')
    .replace('T_max=30', f'T_max={epochs - 6}')
    + f' {option}'.rstrip()
    for name, (epochs, option) in recipes.items()
}
del steps, frozen, recipes, weights, longer, noise, mae
