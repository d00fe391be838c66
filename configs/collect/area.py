"""An area from an imagery server that allows it: its URL, its licence, and an Overpass server.

export IMAGERY_URL='https://...{z}/{x}/{y}...' IMAGERY_LICENCE='...' OVERPASS_URL='https://...'
python tools/collect_unlabeled.py configs/collect/area.py

A key of yours stands in the URL as {env:NAME}: it is read from the environment and never kept.
"""

out = 'data/unlabeled_area'
sources = [
    dict(
        type='TileServerSource',
        url='{{$IMAGERY_URL:}}',
        licence='{{$IMAGERY_LICENCE:}}',
        overpass_url='{{$OVERPASS_URL:}}',
        area='Aucamville',
        gsd_m=0.15,
        name='aucamville',  # the roads are kept in work_dirs/roads/aucamville.json
    )
]
