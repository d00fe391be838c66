"""What the metrics share: one measurement a sample, errors that name it."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from mmengine.evaluator import BaseMetric
from numpy.typing import NDArray


class SampleMetric(BaseMetric):
    """A metric whose results are one for each sample; what they are says the subclass.

    Args:
        ignore_index: True value of the pixels that count for nothing.
        collect_device: Where the ranks' results meet, 'cpu' or 'gpu'.
        prefix: Put before every key with a slash; `save_best` has to name it then.
    """

    def __init__(self, *, ignore_index: int, collect_device: str, prefix: str | None) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)
        self.ignore_index = ignore_index

    def process(self, data_batch: object, data_samples: Sequence[dict[str, Any]]) -> None:
        """Measure the samples of a batch.

        Args:
            data_batch: Not used.
            data_samples: Predictions with their truth and meta.

        Raises:
            ValueError: If one cannot be measured; it is named.
        """
        for sample in data_samples:
            predicted, truth = (
                sample[field]['data'].squeeze(0).cpu().numpy()
                for field in ('pred_sem_seg', 'gt_sem_seg')
            )
            try:
                self.results.append(self.measure(predicted, truth, sample))
            except ValueError as error:
                raise ValueError(f'{sample.get("img_path", "a sample")}: {error}') from error

    @abstractmethod
    def measure(
        self,
        predicted: NDArray[np.integer[Any]],
        truth: NDArray[np.integer[Any]],
        sample: Mapping[str, Any],
    ) -> object:
        """What is kept of a sample.

        Args:
            predicted: Class indices, shape (H, W).
            truth: Class indices, shape (H, W).
            sample: The prediction with its meta.
        """
