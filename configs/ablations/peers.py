"""The student beside the real-time nets of mmseg: same data, steps and loss, two learning rates.

The table takes the better rate of each.
"""

config = 'configs/demo/student_mobilenetv2.py'
steps, crop_px = 800, 128
pipeline = 'train_dataloader.dataset.pipeline.1'
short = {
    'train_cfg.max_iters': steps,
    'param_scheduler.0.end': 50,
    'param_scheduler.1.begin': 50,
    'param_scheduler.1.end': steps,
    'default_hooks.checkpoint.interval': steps,
    'test_dataloader.dataset.indices': list(range(0, 150, 3)),
    'train_dataloader.num_workers': 1,
    'optim_wrapper.type': 'Bfloat16OptimWrapper',
    f'{pipeline}.crop_px': crop_px,
    f'{pipeline}.ground_gsd_m': (0.10, 0.25),
}
rates = {
    'bisenetv2': (5e-4, 2e-3),
    'pidnet_s': (5e-4, 2e-3),
    'ddrnet_23_slim': (5e-4, 2e-3),
    'segformer_b0': (5e-4, 2e-3),
}
variants = {
    f'{peer}_{rate}': short
    | {'config': f'configs/peers/{peer}.py', 'optim_wrapper.optimizer.lr': rate}
    for peer, two in rates.items()
    for rate in two
}
seeds = (0,)
folds = dict(sao_paulo=dict(data_root='data/rendered', split='splits/loco_sao_paulo_final'))
metrics = ('lane_iou', 'iou_white_solid', 'iou_white_dashed')
del steps, crop_px, pipeline, short, rates
