"""Pillar 3: the student learns from the labels and from the frozen premium teacher."""

_base_ = ['student_mobilenetv2.py', '_base_/distiller.py']

model = dict(_base_.distiller, student=_base_.model)
custom_hooks = [*_base_.custom_hooks, *_base_.distillation_hooks]
