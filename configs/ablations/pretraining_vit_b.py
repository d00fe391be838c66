"""Does pretraining pay at full size? pretraining.py with a ViT-B/16, for a GPU.

The MAE is the pillar's own of 100 epochs, but from noise: ImageNet's weights would be a second
pretraining. Each start is fine-tuned as the others; `noise_even_100` has one learning rate for all
layers, since layer decay is made for an encoder that has already learned.
"""

config = 'configs/pretrained_premium_lanenet.py'
starts = dict(
    noise=None,
    mae_real='work_dirs/study/mae_vit_b_real/epoch_100.pth',
    mae_rendered='work_dirs/study/mae_vit_b_rendered/epoch_100.pth',
)
tiles, steps, crop_px = 900, 600, 256  # tiles of the training side of this fold
shares = {1: 100, 10: 10, 100: 1}
fine_tuned = {
    'model.backbone.vit.img_size': crop_px,
    'model.test_cfg.crop_size': (crop_px, crop_px),
    'model.test_cfg.stride': (192, 192),
    'train_dataloader.dataset.pipeline.1.crop_px': crop_px,
    'train_dataloader.dataset.pipeline.1.ground_gsd_m': (0.10, 0.25),
    'train_dataloader.num_workers': 2,
    'test_dataloader.dataset.indices': list(range(0, 150, 3)),
    'optim_wrapper.type': 'Bfloat16OptimWrapper',
    'optim_wrapper.optimizer.lr': 1e-3,
    'param_scheduler.0.end': steps // 10,
    'param_scheduler.1.begin': steps // 10,
    'param_scheduler.1.end': steps,
    'train_cfg.max_iters': steps,
    'default_hooks.checkpoint.interval': steps,
    'default_hooks.checkpoint.save_optimizer': False,
    'custom_hooks': [dict(type='ChannelsLastHook')],
}
variants = {
    f'{start}_{share}': {
        **fine_tuned,
        'model.backbone.pretrained': path,
        'train_dataloader.dataset.indices': list(range(0, tiles, step)),
    }
    for share, step in shares.items()
    for start, path in starts.items()
}
variants['noise_even_100'] = {
    **variants['noise_100'],
    'optim_wrapper.paramwise_cfg.layer_decay_rate': 1.0,
}
folds = dict(sao_paulo=dict(data_root='data/rendered', split='splits/loco_sao_paulo_final'))
scorers = dict(
    miami='python tools/score_photographs.py {config} {checkpoint} --photographs data/photographs '
    '--only miami --whole 1 --tile 256 --overlap 64 --out {work_dir}/miami'
)
metrics = (
    'lane_iou',
    'iou_white_solid',
    'iou_white_dashed',
    'miami/F1',
    'miami/lane_IoU',
    'miami/divider_score',
)
prepare = {
    starts[f'mae_{corpus}']: 'python tools/train.py configs/mae_vit_aerial_100e.py --resume '
    f'--data-root data/corpora/{corpus} --work-dir work_dirs/study/mae_vit_b_{corpus} '
    '--cfg-options load_from=None optim_wrapper.optimizer.lr=1.2e-3 custom_hooks.1.interval=50 '
    'custom_hooks.2.interval=50 default_hooks.checkpoint.interval=100'
    for corpus in ('real', 'rendered')
}
del starts, tiles, steps, crop_px, shares, fine_tuned
