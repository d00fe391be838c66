"""Does pretraining pay? One encoder from noise and from two MAE runs, at three shares of labels.

Trained on six rendered cities, tested on the seventh and on photographs of Miami, which neither
the labels nor the MAE have seen. No encoder is frozen: that would harm the start from noise.
The corpora are those of tools/collect_unlabeled.py: tiles of photographs of Boston and Phoenix, and
rendered ones without São Paulo.
"""

config = 'configs/demo/pretrained_premium_lanenet.py'
starts = dict(
    noise=None,
    mae_real='work_dirs/study/mae_real/epoch_68.pth',
    mae_rendered='work_dirs/study/mae_rendered/epoch_47.pth',
)
tiles = 900  # of the training side of this fold
shares = {1: 100, 10: 10, 100: 1}
variants = {
    f'{start}_{share}': {
        'model.backbone.pretrained': path,
        'train_dataloader.dataset.indices': list(range(0, tiles, step)),
        'test_dataloader.dataset.indices': list(range(0, 150, 3)),
        'custom_hooks.1.iters': 0,
    }
    for share, step in shares.items()
    for start, path in starts.items()
}
folds = dict(sao_paulo=dict(data_root='data/rendered', split='splits/loco_sao_paulo_final'))
scorers = dict(
    miami='python tools/score_photographs.py {config} {checkpoint} --photographs data/photographs '
    '--only miami --whole 1 --out {work_dir}/miami'
)
metrics = (
    'lane_iou',
    'iou_white_solid',
    'iou_white_dashed',
    'miami/F1',
    'miami/lane_IoU',
    'miami/divider_score',
)
prepare = {
    starts[f'mae_{corpus}']: 'python tools/train.py configs/demo/mae_vit_aerial.py --resume '
    f'--data-root data/corpora/{corpus} --work-dir work_dirs/study/mae_{corpus} '
    f'--cfg-options optim_wrapper.optimizer.lr=4e-4 train_cfg.max_epochs={epochs} '
    f'param_scheduler.1.end={epochs} param_scheduler.1.T_max={epochs - 6}'
    for corpus, epochs in dict(real=68, rendered=47).items()
}
del starts, tiles, shares
