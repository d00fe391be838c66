"""The training images of SkyScapes; validation and test are left alone."""

out = 'data/unlabeled_skyscapes'
sources = [
    dict(
        type='SkyScapesSource',
        data_root='downloads/SkyScapes-Lane',
        licence='of the SkyScapes release: academic use, no redistribution',
        sides=('train',),
    )
]
