"""Does pretraining pay? One encoder from noise and from two MAE runs, at three shares of labels.

The folds are rendered cities that neither the labels nor, of these tiles, the MAE has seen.
"""

config = 'configs/demo/pretrained_premium_lanenet.py'
starts = dict(
    noise=None,
    mae_rendered='work_dirs/mae_rendered/epoch_60.pth',
    mae_real='work_dirs/mae_real/epoch_60.pth',
)
tiles = 750  # of the training side of this fold
shares = {1: 100, 10: 10, 100: 1}
variants = {
    f'{start}_{share}': {
        'model.backbone.pretrained': path,
        'train_dataloader.dataset.indices': list(range(0, tiles, step)),
    }
    for share, step in shares.items()
    for start, path in starts.items()
}
folds = dict(sao_paulo=dict(data_root='data/rendered', split='splits/loco_sao_paulo'))
metrics = ('lane_iou', 'iou_white_solid', 'iou_white_dashed')
del starts, tiles, shares
