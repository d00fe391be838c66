"""Between teacher and student: a wider MobileNetV2, a wider decoder, a skip at stride 2.

At 512 x 512 px 4.49 M parameters and 5.1 G multiply-adds; PremiumLaneNet has 11.2 M and 69.5 G, the
student 1.98 M and 2.6 G.
"""

_base_ = 'efficient_student.py'

model = dict(
    backbone=dict(widen_factor=1.5, out_indices=(0, 1, 2, 4, 6)),
    decode_head=dict(
        in_channels=(24, 40, 48, 144, 480),  # at strides 2, 4, 8, 16, 32
        channels=(64, 96, 128, 256, 256),
        dense_stages=0,
        convs_per_stage=2,
        logits_scale=2,
    ),
)
