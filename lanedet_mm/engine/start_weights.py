"""The weights that a training starts from, or the news that there are none."""

import urllib.error
from pathlib import Path

from mmengine.config import Config
from mmengine.logging import print_log
from mmengine.runner.checkpoint import CheckpointLoader

from lanedet_mm.checkpoints.last_checkpoint import last_checkpoint
from lanedet_mm.checkpoints.newest_checkpoint import newest_checkpoint
from lanedet_mm.engine.check_resume import check_resume


def settle_start(config: Config) -> None:
    """Decide between going on, starting from weights and starting from noise, before it costs.

    A run that is to go on takes the latest checkpoint of its folder, not the weights that it once
    started from (mmengine would resume those); where there is none yet, it starts.

    Args:
        config: With `resume`, `load_from` (a path, a URL, or a pattern of which the newest file is
            taken) and `work_dir`; is changed.

    Raises:
        FileNotFoundError: If `load_from` cannot be had, with what to do. Nothing starts from noise
            that was to start from weights. If the checkpoint to go on from is gone.
        ValueError: If what it has trained is another training, see `check_resume`.
    """
    if config.get('resume') and (latest := last_checkpoint(config.work_dir)) is not None:
        if not latest.is_file():
            raise FileNotFoundError(
                f'{config.work_dir}/last_checkpoint names {latest}, which is not there; write the '
                'name of another checkpoint into it, or train without --resume'
            )
        check_resume(config, str(latest))
        config.load_from = str(latest)
        return
    config.resume = False
    if config.get('load_from') is None:
        return
    start = config.load_from = newest_checkpoint(str(config.load_from))
    try:
        CheckpointLoader.load_checkpoint(start, map_location='cpu')  # a URL's stays in a cache
    except (urllib.error.URLError, OSError) as error:
        where, name = (
            ('Get the file where there is a network', Path(start).name)
            if '://' in start
            else ('Train them first, or take a file that you have', 'FILE')
        )
        raise FileNotFoundError(
            f'the weights to start from, {start}, cannot be had ({error}). {where} and name it: '
            f'--cfg-options load_from={name}; or start from noise: --cfg-options load_from=None'
        ) from None
    print_log(f'starting from {start}', 'current')
