"""Orthophotos of a folder along the roads of a GeoJSON file; their owner's licence is needed.

ORTHOPHOTO_LICENCE='...' python tools/collect_unlabeled.py configs/collect/orthophotos.py
"""

out = 'data/unlabeled_orthophotos'
sources = [
    dict(
        type='RasterSource',
        folder='data/orthophotos',
        licence='{{$ORTHOPHOTO_LICENCE:}}',
        roads='data/orthophotos/roads.geojson',  # None takes all of the ground
        gsd_m=0.15,
    )
]
