"""Where pretraining did not help: three times the steps, from a longer MAE, and other recipes.

Weak labels of eleven photographs of two cities, tested on a third, as in few_real_labels.py; the
MAE has seen all three cities without labels for 100 epochs. `mae_KIND` is fine-tuned from an MAE
that was pretrained another way, `mae_frozen` and the like are fine-tuned another way.
"""

config = 'configs/demo/centreline_premium_lanenet.py'
steps, backbone = 900, 'model.backbone.pretrained'
epochs, mae_folder = 100, 'work_dirs/study/mae_long'
mae = {backbone: f'{mae_folder}/epoch_{epochs}.pth'}
kinds = {  # of pretraining: keys of configs/demo/mae_vit_aerial.py
    'mask_50': 'model.backbone.mask_ratio=0.5',
    'mask_90': 'model.backbone.mask_ratio=0.9',
    'deep_decoder': 'model.neck.decoder_depth=8',
    'fine_crops': 'train_dataloader.dataset.pipeline.1.ground_gsd_m=0.10,0.15',
    'raw_pixels': 'model.head.norm_pix=False',
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
variants = {
    'noise': longer | {backbone: None},
    'mae': longer | mae,
    'mae_frozen_first': longer | mae | {'custom_hooks.1.iters': steps // 3},
    'mae_frozen': longer | mae | {'custom_hooks.1.iters': steps},
    'noise_frozen': longer | {backbone: None, 'custom_hooks.1.iters': steps},
    'mae_no_layer_decay': longer | mae | {'optim_wrapper.paramwise_cfg.layer_decay_rate': 1.0},
    **{
        f'mae_{kind}': longer | {backbone: f'{mae_folder}_{kind}/epoch_{epochs}.pth'}
        for kind in kinds
    },
}
folds = dict(miami=dict(data_root='data/photographs'))
scorers = dict(
    miami='python tools/score_photographs.py {config} {checkpoint} --photographs data/photographs '
    '--only miami --whole 2 --out {work_dir}/miami'
)
metrics = ('miami/F1', 'miami/completeness', 'miami/correctness', 'miami/divider_score')
pretrain = (
    'python tools/train.py configs/demo/mae_vit_aerial.py --resume --data-root data/corpora/all '
    '--work-dir {} --cfg-options {} '
    f'train_cfg.max_epochs={epochs} param_scheduler.1.end={epochs} '
    f'param_scheduler.1.T_max={epochs - 6}'
)
prepare = {
    f'{folder}/epoch_{epochs}.pth': pretrain.format(folder, option)
    for folder, option in {
        mae_folder: '',
        **{f'{mae_folder}_{kind}': option for kind, option in kinds.items()},
    }.items()
}
del steps, backbone, epochs, mae_folder, mae, kinds, longer, pretrain
