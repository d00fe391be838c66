"""What raises the score on ground that no label showed: the student, three seeds, equal steps.

`fourier_photographs` takes light and colour from tiles without labels (tools/collect_unlabeled.py),
here of the scorer's photographs without its crops. `uneven` has as many tiles of each city as its
share of AEL says, `uneven_balanced` the same tiles and every city as often as any other.
"""

_base_ = 'distillation.py'

steps = 400
lasting = ('train_cfg.max_iters', 'param_scheduler.1.end', 'default_hooks.checkpoint.interval')
student = _base_.variants.alone | dict.fromkeys(lasting, steps)
pipeline = 'train_dataloader.dataset.pipeline'
crop, light = f'{pipeline}.1', f'{pipeline}.3'
photometric = dict(type='LutPhotoMetricDistortion')
added = {
    name: {light: dict(type='Compose', transforms=[photometric, step])}
    for name, step in dict(
        fourier=dict(type='FourierAmplitudeMix'),
        random_convolution=dict(type='RandomConvolution'),
        fourier_photographs=dict(type='FourierAmplitudeMix', image_dir='data/unlabeled/tiles'),
    ).items()
}
group_norm = dict(type='GN', num_groups=8)
ema = dict(type='EMAHook', momentum=8 / steps, update_buffers=True)
shares = dict(valencia=150, cairo=56, aucamville=90, glasgow=89, gopeng=20, nevada=22)
first_tiles = [
    150 * city + tile for city, count in enumerate(shares.values()) for tile in range(count)
]
uneven = {'train_dataloader.dataset.indices': first_tiles}
changes = dict(
    student={},
    no_photometric={light: dict(type='Compose', transforms=[])},
    gsd_as_rendered={f'{crop}.ground_gsd_m': (0.10, 0.20)},
    gsd_wider={f'{crop}.ground_gsd_m': (0.08, 0.40)},
    quarter_turns={f'{crop}.rotate': 'quarter'},
    group_norm={'model.backbone.norm_cfg': group_norm, 'model.decode_head.norm_cfg': group_norm},
    ema={'custom_hooks': [dict(type='GroundLeakageHook'), dict(type='ChannelsLastHook'), ema]},
    **added,
    uneven=uneven,
    uneven_balanced=uneven | {'train_dataloader.sampler.type': 'BalancedSampler'},
)
variants = dict(_delete_=True, **{name: student | change for name, change in changes.items()})
del steps, lasting, student, pipeline, crop, light, photometric, added, group_norm, ema, changes
del shares, first_tiles, uneven
