"""The weights that a training starts from, or the news that there are none."""

import urllib.error
from pathlib import Path

from mmengine.config import Config
from mmengine.logging import print_log
from mmengine.runner import find_latest_checkpoint
from mmengine.runner.checkpoint import CheckpointLoader


def settle_start(config: Config) -> None:
    """Decide between going on, starting from weights and starting from noise, before it costs.

    A run that is to go on takes the latest checkpoint of its folder, not the weights that it once
    started from (mmengine would resume those); where there is none yet, it starts.

    Args:
        config: With `resume`, `load_from` and `work_dir`; is changed.

    Raises:
        FileNotFoundError: If `load_from` cannot be had, with what to do. Nothing starts from noise
            that was to start from weights.
    """
    if config.get('resume') and (latest := find_latest_checkpoint(config.work_dir)) is not None:
        config.load_from = latest
        return
    config.resume = False
    start = config.get('load_from')
    if start is None:
        return
    try:
        CheckpointLoader.load_checkpoint(start, map_location='cpu')  # a URL's stays in a cache
    except (urllib.error.URLError, OSError) as error:
        raise FileNotFoundError(
            f'the weights to start from, {start}, cannot be had ({error}). Get the file where '
            f'there is a network and name it: --cfg-options load_from={Path(start).name}; or '
            'start from noise: --cfg-options load_from=None'
        ) from None
    print_log(f'starting from {start}', 'current')
