"""What a student learns from its teacher for an unseen city: three seeds, equal steps.

The teacher and, for the chain, the medium model are trained first. The unlabeled tiles are of the
scorer's photographs, without its crops.
"""

config = 'configs/demo/distill_mobilenetv2.py'
alone, teacher = 'configs/demo/student_mobilenetv2.py', 'configs/demo/ohem_premium.py'
steps, crop_px, ground_gsd_m = 800, 128, (0.10, 0.25)
short = {
    'train_cfg.max_iters': steps,
    'param_scheduler.1.end': steps,
    'default_hooks.checkpoint.interval': steps,
    'test_dataloader.dataset.indices': list(range(0, 150, 3)),
}
crop = {'train_dataloader.dataset.pipeline.1.crop_px': crop_px}
student = short | crop | {'config': alone}
head = 'model.decode_head'
separable = {f'{head}.channels': (32, 64, 128, 256), f'{head}.dense_stages': 0}  # the plan's
stride2 = {
    'model.backbone.out_indices': (0, 1, 2, 4, 6),
    f'{head}.in_channels': (16, 24, 32, 96, 320),
    f'{head}.channels': (24, 48, 64, 64, 128),
    f'{head}.dense_stages': 3,
    f'{head}.logits_scale': 2,
}
taught = short | {
    'model.teacher_checkpoint': 'work_dirs/study/teacher/iter_1000.pth',
    'custom_hooks': [
        dict(type='GroundLeakageHook'),
        dict(type='ChannelsLastHook'),
        dict(type='DistillationMonitorHook', interval=25),
    ],
}
kd = {
    temperature: {
        'model.alpha': 0.7,
        'model.loss_kd': dict(type='LogitDistillationLoss', temperature=temperature),
        'model.logit_losses': [],
    }
    for temperature in (1.0, 4.0)
}
cwd, dist = (
    {'model.alpha': 0.0, 'model.logit_losses': [dict(type=name)]}
    for name in ('ChannelWiseDistillationLoss', 'DISTLoss')
)
chain = {
    'model.teacher': 'configs/distill_medium.py',
    'model.teacher_checkpoint': 'work_dirs/study/medium/iter_800.pth',
}
both = 'train_dataloader.dataset.datasets'
mixed = {
    'config': 'configs/distill_mobilenetv2_unlabeled.py',
    'model.teacher': teacher,
    f'{both}.0.pipeline.1.crop_px': crop_px,
    f'{both}.1.pipeline.1.crop_px': crop_px,
    f'{both}.0.pipeline.1.ground_gsd_m': ground_gsd_m,
    f'{both}.1.pipeline.1.ground_gsd_m': ground_gsd_m,
    'train_dataloader.num_workers': 1,
    'optim_wrapper.type': 'Bfloat16OptimWrapper',
    'optim_wrapper.optimizer.lr': 6e-3,
    'param_scheduler.0.end': 50,
    'param_scheduler.1.begin': 50,
}
variants = {
    'alone': student,
    'alone_separable': student | separable,
    'alone_interpolated': student | {f'{head}.logits_scale': 1},
    'alone_stride2': student | stride2,
    'kd': taught | crop | kd[4.0],
    'kd_t1': taught | crop | kd[1.0],
    'cwd': taught | crop | cwd,
    'dist': taught | crop | dist,
    'cwd_unlabeled': taught | mixed | cwd,
    'cwd_chain': taught | crop | chain | cwd,
}
folds = dict(sao_paulo=dict(data_root='data/rendered', split='splits/loco_sao_paulo_final'))
scorers = dict(
    photographs='python tools/score_photographs.py {config} {checkpoint} '
    '--photographs data/photographs --whole 0 --tile 512 --overlap 64 --out {work_dir}/photographs'
)
fold = '--data-root data/rendered --split splits/loco_sao_paulo_final --resume'
prepare = {
    taught['model.teacher_checkpoint']: f'python tools/train.py {teacher} {fold} '
    '--work-dir work_dirs/study/teacher '
    '--cfg-options train_cfg.max_iters=1000 param_scheduler.1.end=1000',
    chain['model.teacher_checkpoint']: f'python tools/train.py {chain["model.teacher"]} {fold} '
    f'--work-dir work_dirs/study/medium --cfg-options model.teacher={teacher} '
    f'model.teacher_checkpoint={taught["model.teacher_checkpoint"]} train_cfg.max_iters={steps} '
    f'param_scheduler.0.end=50 param_scheduler.1.begin=50 param_scheduler.1.end={steps} '
    'optim_wrapper.type=Bfloat16OptimWrapper optim_wrapper.optimizer.lr=6e-3 '
    f'train_dataloader.dataset.pipeline.1.crop_px={crop_px} '
    'train_dataloader.dataset.pipeline.1.ground_gsd_m=0.10,0.25',
}
metrics = (
    'lane_iou',
    'iou_white_solid',
    'iou_white_dashed',
    'photographs/F1',
    'photographs/completeness',
    'photographs/correctness',
    'photographs/lane_IoU',
)
del alone, teacher, fold, steps, crop_px, ground_gsd_m, short, crop, student, head
del separable, stride2, taught, chain, both, mixed, kd, cwd, dist
