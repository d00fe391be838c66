"""The chain's second link: the student learns from the medium model of distill_medium.py."""

_base_ = 'distill_mobilenetv2.py'

model = dict(
    teacher='configs/distill_medium.py',
    teacher_checkpoint='work_dirs/distill_medium/best_*.pth',
)
