"""few_real_labels.py with all eleven photographs and three times the steps.

Each start beside `noise` and `mae` differs from one of them by one thing: a frozen encoder, one
learning rate for all layers, an MAE of 100 epochs.
"""

_base_ = 'few_real_labels.py'

steps, frozen = 900, 'custom_hooks.1.iters'
longer = {
    'train_cfg.max_iters': steps,
    'param_scheduler.1.end': steps,
    'default_hooks.checkpoint.interval': steps,
}
mae_long = 'work_dirs/study/mae_long/epoch_100.pth'
noise = _base_.variants.noise_11 | longer
mae = _base_.variants.mae_all_11 | longer
variants = dict(
    _delete_=True,
    noise=noise,
    noise_frozen=noise | {frozen: steps},
    mae=mae,
    mae_frozen=mae | {frozen: steps},
    mae_frozen_first=mae | {frozen: steps // 3},
    mae_no_layer_decay=mae | {'optim_wrapper.paramwise_cfg.layer_decay_rate': 1.0},
    mae_long=mae | {'model.backbone.pretrained': mae_long},
)
scorers = dict(miami=_base_.scorers.miami.replace('--whole 1', '--whole 2'))
prepare = {
    mae_long: _base_.prepare['work_dirs/study/mae_all/epoch_36.pth']
    .replace('mae_all', 'mae_long')
    .replace('=36', '=100')
    .replace('T_max=30', 'T_max=94')
}
del steps, frozen, longer, mae_long, noise, mae
