"""AEL, SkyScapes, orthophotos and rendered tiles in one corpus, up to 19,000.

ORTHOPHOTO_LICENCE='...' python tools/collect_unlabeled.py configs/collect/mixed.py
"""

out = 'data/unlabeled'
most_tiles = 7000  # of each source
exclude_splits = [dict(data_root='data/ael', split='splits/loco_glasgow')]
sources = [
    dict(
        type='AELSource',
        data_root='data/ael',
        licence='of the AEL release: academic use',
        tile_px=1280,
        overlap_px=0,
    ),
    dict(
        type='SkyScapesSource',
        data_root='downloads/SkyScapes-Lane',
        licence='of the SkyScapes release: academic use, no redistribution',
    ),
    dict(
        type='RasterSource',
        folder='data/orthophotos',
        licence='{{$ORTHOPHOTO_LICENCE:}}',
        roads='data/orthophotos/roads.geojson',
        gsd_m=0.15,
    ),
    dict(type='SyntheticSource', tiles_per_city=700),
]
