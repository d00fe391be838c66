"""The chain's first link: the medium model learns from the premium teacher."""

_base_ = ['medium_mobilenetv2.py', '_base_/distiller.py']

model = dict(_base_.distiller, student=_base_.model)
custom_hooks = [*_base_.custom_hooks, *_base_.distillation_hooks]
