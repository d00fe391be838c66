"""Which loss finds lanes in a city never seen: three seeds, equal steps, the small baseline.

Cross entropy, alone and with mmseg's sampler; Dice-Focal; Dice-Focal with OHEM, each optional term
added, attention taken away, and the plan's class weights.
"""

config = 'configs/demo/premium_baseline.py'
steps = 400
short = {
    'train_cfg.max_iters': steps,
    'param_scheduler.1.end': steps,
    'default_hooks.checkpoint.interval': steps,
    'train_dataloader.dataset.pipeline.1.crop_px': 192,
    'test_dataloader.dataset.indices': list(range(0, 150, 3)),
}
loss, premium = 'model.decode_head.loss_decode', dict(short, config='configs/demo/ohem_premium.py')
cross_entropy = {loss: dict(_delete_=True, type='CrossEntropyLoss')}
# A probability of 0.5 is a loss of 0.7; mmseg's least number is that of one image of eight.
sampler = {'model.decode_head.sampler': dict(type='OHEMPixelSampler', thresh=0.5, min_kept=128)}
weights = f'{loss}.options.dice_focal.class_weight'
variants = {
    'dice_focal_unweighted': short | {f'{loss}.class_weight': None},
    'ohem_0.2_unweighted': premium
    | {f'{loss}.ohem_weight': 0.2, f'{loss}.dice_focal_weight': 0.8, weights: None},
    'cross_entropy': short | cross_entropy,
    'cross_entropy_sampler': short | cross_entropy | sampler,
    'dice_focal': short,
    'ohem_0.2': premium | {f'{loss}.ohem_weight': 0.2, f'{loss}.dice_focal_weight': 0.8},
    'ohem_0.4': premium,
    'ohem_0.6': premium | {f'{loss}.ohem_weight': 0.6, f'{loss}.dice_focal_weight': 0.4},
    'ohem_0.4_plan': premium | {weights: (0.1, 5.0, 5.0)},
}
folds = dict(sao_paulo=dict(data_root='data/rendered', split='splits/loco_sao_paulo_final'))
scorers = dict(
    photographs='python tools/score_photographs.py {config} {checkpoint} '
    '--photographs data/photographs --whole 0 --tile 512 --overlap 64 --out {work_dir}/photographs'
)
metrics = (
    'lane_iou',
    'iou_white_solid',
    'iou_white_dashed',
    'photographs/F1',
    'photographs/lane_IoU',
)
del steps, short, loss, premium, cross_entropy, sampler, weights
