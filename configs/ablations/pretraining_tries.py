"""Where pretraining did not help: three times the steps, from a longer MAE, and other recipes.

Weak labels of eleven photographs of two cities, tested on a third, as in few_real_labels.py; the
MAE has seen all three cities without labels for 100 epochs.
"""

config = 'configs/demo/centreline_premium_lanenet.py'
steps, backbone = 900, 'model.backbone.pretrained'
mae = {backbone: 'work_dirs/study/mae_all/epoch_100.pth'}
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
}
folds = dict(miami=dict(data_root='data/photographs'))
scorers = dict(
    miami='python tools/score_photographs.py {config} {checkpoint} --photographs data/photographs '
    '--only miami --whole 2 --out {work_dir}/miami'
)
metrics = ('miami/F1', 'miami/completeness', 'miami/correctness', 'miami/divider_score')
del steps, backbone, mae, longer
