"""Does attention on the skips pay? Three folds and three seeds of the small baseline."""

config = 'configs/demo/premium_baseline.py'
variants = dict(
    attention=dict(),
    no_attention={'model.decode_head.use_attention': False},
)
folds = {
    city: dict(data_root='data/rendered', split=f'splits/loco_{city}')
    for city in ('glasgow', 'nevada', 'sao_paulo')
}
seeds = (0, 1, 2)
metrics = ('lane_iou', 'iou_white_solid', 'iou_white_dashed', 'mIoU')
