"""The student with a skip at stride 2 as well: a line of 3 px is less than one of stride 4."""

_base_ = 'student_mobilenetv2.py'

model = dict(
    backbone=dict(out_indices=(0, 1, 2, 4, 6)),
    decode_head=dict(
        in_channels=(16, 24, 32, 96, 320), channels=(16, 32, 64, 128, 256), logits_scale=2
    ),
)
