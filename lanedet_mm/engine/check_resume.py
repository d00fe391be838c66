"""Whether a training that is to go on is still the same training."""

from pathlib import Path
from typing import Any

from mmengine.config import Config, ConfigDict

from lanedet_mm.checkpoints.stored_training import StoredTraining, plain_config
from lanedet_mm.engine.launch import innermost_datasets

# Options of a data set that say which tiles it has; where they lie is compared as a path.
_PLACES = ('data_root', 'manifest', 'ann_file')
_CHOICES = (
    *('side', 'held_out_share', 'cities', 'names', 'images', 'indices'),
    *('sources', 'places', 'without_places'),
)
_NO_SCHEDULE = ('_scope_', 'verbose')


def check_resume(config: Config, checkpoint: str) -> None:
    """Compare what a training learned from, and its schedule, with what it is now told to do.

    mmengine takes the schedule from the checkpoint whatever the config says, so that more steps
    would be trained at the rate with which the fewer ended.

    Args:
        config: What is asked for now.
        checkpoint: The file to resume; of one that holds no config nothing is compared.

    Raises:
        ValueError: If the training tiles or the schedule differ, with what to do.
    """
    stored = StoredTraining.read(checkpoint).config
    if not stored:
        return
    now = plain_config(config)
    changes = [*_changes_of_tiles(stored, now), *_changes_of_schedule(stored, now)]
    if changes:
        raise ValueError(
            f'{checkpoint} cannot be resumed by this config: {"; ".join(changes)}. Take another '
            f'--work-dir (or move {config.work_dir} away); to train on from its weights, with a '
            f'schedule that begins anew, add --cfg-options load_from={checkpoint}'
        )


def _changes_of_tiles(stored: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What differs between the tiles of two trainings."""
    before, after = _tiles(stored), _tiles(now)
    if len(before) != len(after):
        return [f'it was trained on {len(before)} data sets, the config has {len(after)}']
    return [
        f'{name} of its training tiles was {then[name]}, the config says {one[name]}'
        for then, one in zip(before, after, strict=True)
        for name in then
        if then[name] != one[name]
    ]


def _tiles(config: dict[str, Any]) -> list[dict[str, Any]]:
    """Which tiles each training data set has."""
    loader = ConfigDict(config.get('train_dataloader') or {})
    datasets = innermost_datasets(loader.dataset) if 'dataset' in loader else []
    return [
        {
            'the folder': str(Path(one.get('data_root') or '').resolve()),
            'the list': [str(Path(one[name])) for name in _PLACES[1:] if one.get(name)],
            **{name: one.get(name) for name in _CHOICES},
        }
        for one in datasets
    ]


def _changes_of_schedule(stored: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What differs between two schedules, or that there is none for the steps that are new."""
    before, after = _schedule(stored), _schedule(now)
    if len(before) != len(after):
        return [f'it has {len(before)} schedulers, the config {len(after)}']
    changes = [
        f'param_scheduler.{number}.{name} was {then.get(name)}, the config says {one.get(name)}'
        for number, (then, one) in enumerate(zip(before, after, strict=True))
        for name in sorted({*then, *one})
        if then.get(name) != one.get(name)
    ]
    old, new = _length(stored), _length(now)
    if not changes and old and new and new > old and any(one['end'] == old for one in before):
        return [f'it was to end after {old} steps and so does its schedule, the config says {new}']
    return changes


def _schedule(config: dict[str, Any]) -> list[dict[str, Any]]:
    """Schedulers with their ends, which mmengine sets where they have none."""
    schedulers = config.get('param_scheduler') or []
    listed = schedulers if isinstance(schedulers, list) else [schedulers]
    return [
        {'end': _length(config)} | {key: one[key] for key in one if key not in _NO_SCHEDULE}
        for one in listed
        if one.get('factor') != 1  # which changes nothing
    ]


def _length(config: dict[str, Any]) -> int | None:
    """Iterations, or epochs, of a training."""
    loop = config.get('train_cfg') or {}
    length: int | None = loop.get('max_iters', loop.get('max_epochs'))
    return length
