"""One way in which a photograph gets worse."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.evaluation.robustness.rotation import move_truth

Image = NDArray[np.uint8]
Mask = NDArray[np.uint8]
Matrix = NDArray[np.float64]
Change = Callable[[Image, float, np.random.Generator], Image]


@dataclass(frozen=True)
class Corruption:
    """A change of the image in five strengths, as ImageNet-C has them.

    Hendrycks & Dietterich 2019, "Benchmarking neural network robustness to common corruptions and
    perturbations".

    Attributes:
        change: From a BGR image of 8 bits, an amount and a generator to the changed image, which
            may have another size, but shows the same ground.
        amounts: What `change` is given at strength 1 to 5.
        unit: What the amounts are.
        matrix: From height and width and an amount to where `change` moves pixels, as a map of
            (column, row), shape (2, 3); None where the truth stays.
    """

    change: Change
    amounts: tuple[float, float, float, float, float]
    unit: str
    matrix: Callable[[tuple[int, ...], float], Matrix] | None = None

    def apply(self, image: Image, strength: int, rng: np.random.Generator) -> Image:
        """The image at a strength.

        Args:
            image: BGR, shape (H, W, 3).
            strength: 1 to 5.
            rng: Draws what is random.
        """
        return self.change(image, self.amount(strength), rng)

    def truth(self, truth: Mask, strength: int, redraw: Callable[[Matrix], Mask] | None) -> Mask:
        """The truth of that image.

        Args:
            truth: Class indices, shape (H, W).
            strength: 1 to 5.
            redraw: Draws the truth under a map, which is exact; None moves the mask, see
                `move_truth`. Ground beyond the old image counts for nothing either way.
        """
        if self.matrix is None:
            return truth
        matrix = self.matrix(truth.shape, self.amount(strength))
        if redraw is None:
            return move_truth(truth, matrix)
        return np.where(move_truth(np.zeros_like(truth), matrix) == 0, redraw(matrix), 255)

    def amount(self, strength: int) -> float:
        """What `change` is given.

        Raises:
            ValueError: If there is no such strength.
        """
        if strength not in range(1, len(self.amounts) + 1):
            raise ValueError(f'strength is {strength}; there are 1 to {len(self.amounts)}')
        return self.amounts[strength - 1]
