"""Students that label the photographs of two cities themselves, tested on those of the third.

Three students, of 12,000, 6,000 and 3,000 steps. `alone_*` has seen no photograph, `itself_*` those
of all three cities without the scorer's crops, `but_<city>_*` none of that city.
"""

_base_ = 'self_training.py'

photographs = dict(boston=range(6), phoenix=range(6, 11), miami=range(18, 28))
longest = next(iter(_base_.prepare))
starts = {12000: longest} | {
    steps: f'work_dirs/study/student_{steps}/iter_{steps}.pth' for steps in (6000, 3000)
}
ways = dict(
    alone=_base_.variants.alone,
    itself=_base_.variants.itself,
    **{
        f'but_{city}': _base_.variants.itself
        | {
            'train_dataloader.dataset.datasets.1.without_places': [
                f'{city}_{number:02}' for number in numbers
            ]
        }
        for city, numbers in photographs.items()
    },
)
variants = dict(
    _delete_=True,
    **{
        f'{way}_{steps}': {
            key: start if value == longest else value for key, value in options.items()
        }
        for steps, start in starts.items()
        for way, options in ways.items()
    },
)
score = _base_.scorers.photographs.replace('{work_dir}/photographs', '{work_dir}/PLACE')
scorers = dict(
    _delete_=True,
    **{city: score.replace('PLACE', city) + f' --only {city}' for city in photographs},
)
metrics = ('lane_iou', *(f'{city}/{name}' for name in ('F1', 'lane_IoU') for city in photographs))
prepare = {
    start: _base_.prepare[longest]
    .replace('12000', str(steps))
    .replace('--work-dir work_dirs/study/student', f'--work-dir {start.rpartition("/")[0]}')
    for steps, start in starts.items()
}
del photographs, longest, starts, ways, score
