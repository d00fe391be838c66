"""Where pretraining did not help: three times the steps, from a longer MAE, and other recipes.

Weak labels of eleven photographs of two cities, tested on a third, as in few_real_labels.py; the
MAE has seen all three cities without labels for 100 epochs. `mae_frozen` and the like are
fine-tuned another way; `mae_KIND` is fine-tuned as `mae` from an MAE that was pretrained another
way for 36 epochs, and is to be compared with `mae_short`.
"""

config = 'configs/demo/centreline_premium_lanenet.py'
steps, backbone = 900, 'model.backbone.pretrained'
kinds = {  # of pretraining: epochs, and keys of configs/demo/mae_vit_aerial.py
    'long': (100, ''),
    'short': (36, ''),
    'mask_50': (36, 'model.backbone.mask_ratio=0.5'),
    'mask_90': (36, 'model.backbone.mask_ratio=0.9'),
    'deep_decoder': (36, 'model.neck.decoder_depth=8'),
    'fine_crops': (36, 'train_dataloader.dataset.pipeline.1.ground_gsd_m=0.10,0.15'),
    'raw_pixels': (36, 'model.head.norm_pix=False'),
}
weights = {
    kind: f'work_dirs/study/mae_{kind}/epoch_{epochs}.pth' for kind, (epochs, _) in kinds.items()
}
longer = {
    'train_cfg.max_iters': steps,
    'param_scheduler.1.end': steps,
    'default_hooks.checkpoint.interval': steps,
    'custom_hooks.1.iters': 0,
    'train_dataloader.dataset.names': [
        *(f'boston_{number:02d}' for number in range(6)),
        *(f'phoenix_{number:02d}' for number in range(6, 11)),
    ],
    'test_dataloader.dataset.names': [f'miami_{number}' for number in range(18, 28)],
}
mae = longer | {backbone: weights['long']}
variants = {
    'noise': longer | {backbone: None},
    'mae': mae,
    'mae_frozen_first': mae | {'custom_hooks.1.iters': steps // 3},
    'mae_frozen': mae | {'custom_hooks.1.iters': steps},
    'noise_frozen': longer | {backbone: None, 'custom_hooks.1.iters': steps},
    'mae_no_layer_decay': mae | {'optim_wrapper.paramwise_cfg.layer_decay_rate': 1.0},
    **{
        f'mae_{kind}': longer | {backbone: path} for kind, path in weights.items() if kind != 'long'
    },
}
folds = dict(miami=dict(data_root='data/photographs'))
scorers = dict(
    miami='python tools/score_photographs.py {config} {checkpoint} --photographs data/photographs '
    '--only miami --whole 2 --out {work_dir}/miami'
)
metrics = ('miami/F1', 'miami/completeness', 'miami/correctness', 'miami/divider_score')
prepare = {
    weights[kind]: 'python tools/train.py configs/demo/mae_vit_aerial.py --resume '
    f'--data-root data/corpora/all --work-dir work_dirs/study/mae_{kind} --cfg-options {option} '
    f'train_cfg.max_epochs={epochs} param_scheduler.1.end={epochs} '
    f'param_scheduler.1.T_max={epochs - 6}'
    for kind, (epochs, option) in kinds.items()
}
del steps, backbone, kinds, weights, longer, mae
