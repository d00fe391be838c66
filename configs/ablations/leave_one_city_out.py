"""Every city once unseen: the baseline, the premium model and the student, on rendered tiles.

The splits are made by `python tools/split_data.py leave-one-city-out data/rendered --no-val`.
"""

config = 'configs/demo/premium_baseline.py'
variants = {
    'premium_lanenet': {},
    'ohem_premium': {'config': 'configs/demo/ohem_premium.py'},
    'student': {'config': 'configs/demo/student_mobilenetv2.py'},
}
folds = {
    city: dict(data_root='data/rendered', split=f'splits/loco_{city}_final')
    for city in ('valencia', 'cairo', 'aucamville', 'glasgow', 'gopeng', 'nevada', 'sao_paulo')
}
seeds = (0,)
scorers = dict(
    unseen='python tools/evaluate.py {config} {checkpoint} --out {work_dir}/evaluation --worst 6'
)
metrics = ('lane_iou', 'unseen/f1_0.50m', 'unseen/rms_0.50m')
