"""Two towns of CARLA; first start its server: `./CarlaUE4.sh -RenderOffScreen`."""

out = 'data/unlabeled_carla'
sources = [
    dict(type='CarlaSource', towns=['Town03', 'Town10HD'], licence='CARLA assets, CC BY 4.0')
]
