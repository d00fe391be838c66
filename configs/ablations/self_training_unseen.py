"""Students that label the photographs of two cities themselves, tested on those of the third.

Students of 12,000, 6,000 and 3,000 steps, the last ones of three seeds. `alone_*` has seen no
photograph, `itself_*` those of all three cities without the scorer's crops, `but_<city>_*` none of
that city. Three quarters of the crops of `most_*` are of photographs, not a half; labels of
`pale_*` are lanes from 35 % on.
"""

_base_ = 'self_training.py'

photographs = dict(boston=range(6), phoenix=range(6, 11), miami=range(18, 28))
longest = next(iter(_base_.prepare))
starts = {'12000': longest} | {
    name: f'work_dirs/study/student_{name}/iter_{name[:4]}.pth'
    for name in ('6000', '3000', '3000_1', '3000_2')
}
but = {
    f'but_{city}': _base_.variants.itself
    | {
        'train_dataloader.dataset.datasets.1.without_places': [
            f'{city}_{number:02}' for number in numbers
        ]
    }
    for city, numbers in photographs.items()
}
most = {'train_dataloader.sampler.ratio': 0.75}
confidence = 'model.pseudo_label_confidence'
pale = {confidence: _base_.variants.itself_pale_lines[confidence]}
kinds = {'': {}, 'most_': most, 'pale_': pale, 'most_pale_': most | pale}
ways = dict(
    alone=_base_.variants.alone,
    itself=_base_.variants.itself,
    **{kind + way: but[way] | options for kind, options in kinds.items() for way in but},
)
variants = dict(
    _delete_=True,
    **{
        f'{way}_{name}': {
            key: start if value == longest else value for key, value in options.items()
        }
        for name, start in starts.items()
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
    .replace('12000', steps)
    .replace('--work-dir work_dirs/study/student', f'--work-dir {start.rpartition("/")[0]}')
    .replace('--resume', f'--resume --seed {seed}' if seed else '--resume')
    for (steps, _, seed), start in ((name.partition('_'), start) for name, start in starts.items())
}
del photographs, longest, starts, but, most, confidence, pale, kinds, ways, score
