"""Few real labels: weak ones of 2, 5 and 11 photographs of two cities, tested on a third.

From noise, and from an MAE of unlabeled tiles of all three cities (a corpus of
tools/collect_unlabeled.py).
"""

config = 'configs/demo/centreline_premium_lanenet.py'
starts = dict(noise=None, mae_all='work_dirs/study/mae_all/epoch_36.pth')
boston = [f'boston_{number:02d}' for number in range(6)]
phoenix = [f'phoenix_{number:02d}' for number in range(6, 11)]
photographs = {
    2: [*boston[:1], *phoenix[:1]],
    5: [*boston[:3], *phoenix[:2]],
    11: [*boston, *phoenix],
}
variants = {
    f'{start}_{count}': {
        'model.backbone.pretrained': path,
        'train_dataloader.dataset.names': names,
        'custom_hooks.1.iters': 0,
    }
    for count, names in photographs.items()
    for start, path in starts.items()
}
folds = dict(miami=dict(data_root='data/photographs'))
scorers = dict(
    miami='python tools/score_photographs.py {config} {checkpoint} --photographs data/photographs '
    '--only miami --whole 1 --out {work_dir}/miami'
)
metrics = ('miami/F1', 'miami/completeness', 'miami/correctness', 'miami/divider_score')
prepare = {
    starts['mae_all']: 'python tools/train.py configs/demo/mae_vit_aerial.py --resume '
    '--data-root data/corpora/all --work-dir work_dirs/study/mae_all --cfg-options '
    'custom_hooks.2.probe.data_root=data/rendered '
    'custom_hooks.2.probe.manifest=splits/loco_sao_paulo_final/train_data.json '
    'train_cfg.max_epochs=36 param_scheduler.1.end=36 param_scheduler.1.T_max=30'
}
del starts, boston, phoenix, photographs
