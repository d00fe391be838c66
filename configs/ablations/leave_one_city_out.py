"""Every city of AEL once unseen: the baseline, the premium model and the student.

Images are drawn for AEL's annotations, 60 tiles a city (docs/benchmarks.md, "Every city once
unseen"); the splits are made by `python tools/split_data.py leave-one-city-out data/ael_drawn
--no-val`. No model sees the photographs before they are scored.
"""

config = 'configs/demo/premium_baseline.py'
steps, crop_px = 400, 192
short = {
    'train_dataloader.dataset.pipeline.1.crop_px': crop_px,
    'val_dataloader.dataset.indices': list(range(4)),
    'test_dataloader.dataset.indices': list(range(0, 54, 4)),
    'train_cfg.max_iters': steps,
    'train_cfg.val_interval': steps,
    'param_scheduler.1.end': steps,
    'default_hooks.checkpoint.interval': steps,
}
variants = {
    'premium_lanenet': short,
    'ohem_premium': short | {'config': 'configs/demo/ohem_premium.py'},
    'student': short | {'config': 'configs/demo/student_mobilenetv2.py'},
}
folds = {
    city: dict(data_root='data/ael_drawn', split=f'splits/loco_{city}_final')
    for city in ('valencia', 'cairo', 'aucamville', 'gopeng', 'sao_paulo')
}
seeds = (0,)
scorers = dict(
    unseen='python tools/evaluate.py {config} {checkpoint} --out {work_dir}/evaluation --worst 6',
    photographs='python tools/score_photographs.py {config} {checkpoint} '
    '--photographs data/photographs --whole 2 --tile 512 --overlap 64 --out {work_dir}/photographs',
)
metrics = (
    'lane_iou',
    'unseen/f1_0.50m',
    'photographs/F1',
    'photographs/lane_IoU',
    'photographs/divider_score',
)
del short, steps, crop_px
