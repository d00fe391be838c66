"""The tiles that hooks look at, and the model that they ask."""

from typing import Any

import numpy as np
import torch
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner
from torch import Tensor, nn

from lanedet_mm.registry import DATASETS


def load_tiles(dataset: dict[str, Any], count: int) -> tuple[Tensor, list[Any]]:
    """Tiles spread evenly over a data set, the same each time also where the pipeline draws lots.

    Args:
        dataset: Its config; the pipeline has to give `inputs`, shape (3, H, W), and
            `data_samples`.
        count: How many at most.

    Returns:
        The inputs, shape (N, 3, H, W), and the samples.

    Raises:
        ValueError: If tiles have different sizes.
    """
    built = DATASETS.build(dataset)
    chosen = np.unique(np.linspace(0, len(built) - 1, count).round().astype(int))
    state = np.random.get_state()  # noqa: NPY002 - what the pipelines draw from
    np.random.seed(0)  # noqa: NPY002
    try:
        items = [built[int(index)] for index in chosen]
    finally:
        np.random.set_state(state)  # noqa: NPY002
    sizes = {tuple(item['inputs'].shape) for item in items}
    if len(sizes) != 1:
        raise ValueError(
            f'the tiles of {dataset["type"]} have the sizes {sorted(sizes)}; needed is one: crop '
            'them in the pipeline'
        )
    return torch.stack([item['inputs'] for item in items]), [i['data_samples'] for i in items]


def inner_model(runner: Runner) -> nn.Module:
    """The model of a runner without the wrapper for several GPUs."""
    return runner.model.module if is_model_wrapper(runner.model) else runner.model
