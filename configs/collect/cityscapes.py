"""The ground ahead of the cars of Cityscapes, from above; needs the camera package too."""

out = 'data/unlabeled_cityscapes'
sources = [
    dict(
        type='CityscapesSource',
        data_root='data/cityscapes',
        licence='of Cityscapes: non-commercial, no redistribution',
    )
]
