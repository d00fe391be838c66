"""Which loss finds lanes in a city never seen: three seeds, equal steps, the small baseline.

Cross entropy, alone and with mmseg's sampler; Dice-Focal; with OHEM; with each optional term;
without attention; with class weights, the plan's among them. Every variant says its whole loss, so
that its results stay those of the variant when a config takes the winner.
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
loss = 'model.decode_head.loss_decode'
cross_entropy = short | {loss: dict(_delete_=True, type='CrossEntropyLoss')}
dice_focal = dict(_delete_=True, type='DiceFocalLoss', class_weight=None)
plain = dict(
    _delete_=True,
    type='PremiumLoss',
    dice_focal_weight=1.0,
    ohem_weight=0.0,
    options=dict(dice_focal=dict(class_weight=None), ohem=dict(thresh=0.7, min_kept=1024)),
)
watched = {
    'custom_hooks': [
        dict(type='GroundLeakageHook'),
        dict(type='ChannelsLastHook'),
        dict(type='OHEMStatsHook', interval=25),
        dict(type='GradientNormHook', interval=25),
        dict(type='OHEMWarmupHook', iters=50),
    ]
}
late = {'custom_hooks': [*watched['custom_hooks'][:-1], dict(type='OHEMWarmupHook', iters=steps)]}
ohem = {
    share: dict(plain, dice_focal_weight=round(1 - share, 1), ohem_weight=share)
    for share in (0.2, 0.4, 0.6)
}
many = dict(dice_focal=dict(class_weight=None), ohem=dict(thresh=0.7, min_kept=29_491))
plan = dict(dice_focal=dict(class_weight=(0.1, 5.0, 5.0)), ohem=dict(thresh=0.7, min_kept=1024))
variants = {
    'cross_entropy': cross_entropy,
    # A probability of 0.5 is a loss of 0.7; the least number is that of one image of eight.
    'cross_entropy_sampler': cross_entropy
    | {'model.decode_head.sampler': dict(type='OHEMPixelSampler', thresh=0.5, min_kept=128)},
    'dice_focal': short | {loss: dice_focal},
    'dice_focal_ohem_0.2': short | watched | {loss: ohem[0.2]},
    'dice_focal_ohem_0.4': short | watched | {loss: ohem[0.4]},
    'dice_focal_ohem_0.6': short | watched | {loss: ohem[0.6]},
    'dice_focal_ohem_0.2_tenth_kept': short | watched | {loss: dict(ohem[0.2], options=many)},
    'dice_focal_ohem_0.2_tenth_kept_late': short | late | {loss: dict(ohem[0.2], options=many)},
    'dice_focal_lovasz': short | {loss: dict(plain, lovasz_weight=0.2)},
    'dice_focal_boundary': short | {loss: dict(plain, boundary_weight=0.1)},
    'dice_focal_smoothness': short | {loss: dict(plain, smoothness_weight=0.05)},
    'dice_focal_no_attention': short | {loss: dice_focal, 'model.decode_head.use_attention': False},
    'dice_focal_1_5_5': short | {loss: dict(dice_focal, class_weight=(1.0, 5.0, 5.0))},
    'plan': short | watched | {loss: dict(ohem[0.4], options=plan)},
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
    'photographs/completeness',
    'photographs/correctness',
    'photographs/lane_IoU',
)
del steps, short, loss, cross_entropy, dice_focal, plain, watched, late, ohem, many, plan
