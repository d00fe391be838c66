"""The whole images of AEL, without the ground that a split is judged on."""

out = 'data/unlabeled_ael'
exclude_splits = [dict(data_root='data/ael', split='splits/loco_glasgow')]
sources = [
    dict(
        type='AELSource',
        data_root='data/ael',
        licence='of the AEL release: academic use',
        tile_px=1280,
        overlap_px=0,
    )
]
