"""Rendered tiles alone: 100 of each of seven cities, to pretrain without any imagery."""

out = 'work_dirs/demo/unlabeled'
sources = [dict(type='SyntheticSource', tiles_per_city=100, gsd_m=(0.10, 0.20))]
