"""The student goes on with your own tiles, which it labels itself: no label, no other teacher."""

_base_ = 'distill_mobilenetv2_unlabeled.py'

steps, warm_up = 3000, 250
load_from = 'work_dirs/distill_mobilenetv2/best_*.pth'
model = dict(
    teacher='configs/distill_mobilenetv2.py',
    teacher_checkpoint=load_from,
    teacher_flips=True,  # surer than the student is of a tile as it lies
    pseudo_label_confidence=0.0,
    logit_losses=[],
)
train_dataloader = dict(sampler=dict(ratio=0.5))

linear, cosine = _base_.param_scheduler
optim_wrapper = dict(optimizer=dict(lr=2e-4))  # a fifth of what it was trained with
param_scheduler = [dict(linear, end=warm_up), dict(cosine, begin=warm_up, end=steps)]
train_cfg = dict(max_iters=steps, val_interval=500)
