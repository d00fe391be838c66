"""MAE of a ViT-B/16 on a collected corpus, from ImageNet's MAE weights: 300 epochs."""

_base_ = '_base_/mae.py'

# The base's learning rate is for a batch of 4096; ours for 256, scaled to the batch that runs.
optim_wrapper = dict(dtype='bfloat16', optimizer=dict(lr=1.5e-4))
auto_scale_lr = dict(enable=True, base_batch_size=256)
load_from = (
    'https://mmassets.onedl.ai/mmselfsup/1.x/mae/mae_vit-base-p16_8xb512-fp16-coslr-1600e_in1k/'
    'mae_vit-base-p16_8xb512-fp16-coslr-1600e_in1k_20220825-f7569ca2.pth'
)
