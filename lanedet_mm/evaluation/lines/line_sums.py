"""Lengths that add up over tiles, from which every score of lines is read."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.evaluation.addable import Addable

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LineSums(Addable):
    """What was compared in one tile or many. T tolerances, C classes.

    Index 0 of the class axis, which would be the background, is all lane classes taken together:
    there a line is found whatever its class. At the others it has to have the right class.

    Attributes:
        tolerances_m: Distances within which two lines match, in ground metres, rising.
        truth_m: Length of the true lines in ground metres, shape (C,).
        found_truth_m: Part of it that has a prediction within the tolerance, shape (T, C).
        predicted_m: Length of the predicted centre lines, shape (C,).
        right_predicted_m: Part of it that has truth within the tolerance, shape (T, C).
        squared_error_m3: Over that part, squared distance to the truth times length, shape (T, C).
        confusion_m: Length of truth of class row that is within the tolerance of a prediction, the
            nearest of which has class column, shape (T, C, C); row and column 0 are 0.
        truth_m2: Area of the true paint of all lane classes in square metres.
        found_truth_m2: Part of it that has predicted paint within the tolerance, shape (T,).
        predicted_m2: Area of the predicted paint.
        right_predicted_m2: Part of it that has true paint within the tolerance, shape (T,).
    """

    tolerances_m: tuple[float, ...]
    truth_m: Values
    found_truth_m: Values
    predicted_m: Values
    right_predicted_m: Values
    squared_error_m3: Values
    confusion_m: Values
    truth_m2: float
    found_truth_m2: Values
    predicted_m2: float
    right_predicted_m2: Values

    def __add__(self, other: 'LineSums') -> 'LineSums':
        mine, its = ((one.tolerances_m, len(one.truth_m)) for one in (self, other))
        if mine != its:
            raise ValueError(
                f'sums have tolerances and number of classes {mine} and {its}; to add them up, '
                'compare all tiles with the same ones'
            )
        names = [field.name for field in fields(self)[1:]]
        return LineSums(
            self.tolerances_m, *(getattr(self, name) + getattr(other, name) for name in names)
        )

    def counts(self, tolerance_m: float, class_index: int = 0) -> Values:
        """Found truth, truth, right prediction and prediction in metres, shape (4,).

        Args:
            tolerance_m: One of the tolerances.
            class_index: Lane class, or 0 for all together.
        """
        if tolerance_m not in self.tolerances_m:
            raise ValueError(f'tolerance is {tolerance_m} m; there are {self.tolerances_m}')
        at = self.tolerances_m.index(tolerance_m), class_index
        return np.array(
            [
                self.found_truth_m[at],
                self.truth_m[class_index],
                self.right_predicted_m[at],
                self.predicted_m[class_index],
            ]
        )
