"""The same in 100 epochs."""

_base_ = 'mae_vit_aerial.py'

warm_up, cosine = _base_.param_scheduler
epochs = 100
param_scheduler = [warm_up, dict(cosine, T_max=epochs - warm_up['end'], end=epochs)]
train_cfg = dict(max_epochs=epochs)
