"""Scope, hooks and logging that every stage shares."""

default_scope = 'lanedet_mm'
env_cfg = dict(
    cudnn_benchmark=True,
    mp_cfg=dict(mp_start_method='fork', opencv_num_threads=0),
    dist_cfg=dict(backend='nccl'),
)
default_hooks = dict(
    timer=dict(type='IterTimerHook'),
    logger=dict(type='LoggerHook', interval=50, log_metric_by_epoch=False),
    param_scheduler=dict(type='ParamSchedulerHook'),
    checkpoint=dict(
        type='CheckpointHook',
        by_epoch=False,
        interval=2000,
        max_keep_ckpts=1,
        save_best='lane_iou',
        rule='greater',
    ),
    sampler_seed=dict(type='DistSamplerSeedHook'),
    num_classes=dict(type='NumClassesHook'),
)
custom_hooks = [
    dict(type='GroundLeakageHook'),
    dict(type='ChannelsLastHook'),
    dict(type='FiniteLossHook', interval=50),
]
log_processor = dict(by_epoch=False)
visualizer = dict(type='SegLocalVisualizer', vis_backends=[dict(type='LocalVisBackend')])
randomness = dict(seed=0)
sync_bn = 'torch'  # batch norm over all GPUs; mmengine converts it when there are several
