"""PretrainedPremiumLaneNet: the baseline's data and loss, an encoder from MAE on aerial tiles."""

_base_ = [
    '_base_/runtime.py',
    '_base_/datasets/ael.py',
    '_base_/models/pretrained_premium_lanenet.py',
    '_base_/schedules/iters_40k.py',
]

optim_wrapper = dict(
    constructor='ViTLayerDecayConstructor',
    optimizer=dict(lr=5e-4, weight_decay=0.05),
    paramwise_cfg=dict(
        layer_decay_rate=0.75,
        norm_decay_mult=0.0,
        flat_decay_mult=0.0,
        custom_keys=dict(pos_embed=dict(decay_mult=0.0), cls_token=dict(decay_mult=0.0)),
    ),
)
custom_hooks = [
    dict(type='GroundLeakageHook'),
    dict(type='ChannelsLastHook'),
    dict(type='FreezeBackboneHook', epochs=10),
    dict(type='FiniteLossHook', interval=50),
]
find_unused_parameters = True  # several GPUs: a frozen encoder has no gradients
