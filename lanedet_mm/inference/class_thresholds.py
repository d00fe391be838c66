"""From which probability on a lane is painted."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.inference.lane_model import Probabilities


class ClassThresholds:
    """Paints the most probable lane class where it reaches its threshold, whatever the rest says.

    A threshold above one half takes paint away from what the most probable class would have, one
    below adds some. `tools/evaluate.py --calibration` says which one gives which correctness.

    Args:
        classes: Class names of the model; index 0 is the background.
        values: Thresholds by class, above 0 and at most 1; a lane class that is not named has one
            half.

    Raises:
        ValueError: If a class is no lane class of the model, or a threshold is out of range.
    """

    def __init__(self, classes: Sequence[str], values: dict[str, float]) -> None:
        unknown = set(values) - set(classes[1:])
        if unknown:
            raise ValueError(
                f'a threshold for {sorted(unknown)}; the model has the lane classes '
                f'{list(classes[1:])}'
            )
        wrong = {name: value for name, value in values.items() if not 0 < value <= 1}
        if wrong:
            raise ValueError(f'thresholds {wrong}; a probability has to be above 0, at most 1')
        self.values = {name: values.get(name, 0.5) for name in classes[1:]}
        self._needed = np.array([*self.values.values()], np.float32)

    @classmethod
    def read(cls, texts: Sequence[str], classes: Sequence[str]) -> 'ClassThresholds':
        """Read what a command line has.

        Args:
            texts: `CLASS=VALUE`, or `VALUE` for all lane classes; later ones win.
            classes: As above.

        Raises:
            ValueError: If one cannot be read, as well as above.
        """
        values: dict[str, float] = {}
        for text in texts:
            name, _, number = text.rpartition('=')
            try:
                values |= dict.fromkeys([name] if name else classes[1:], float(number))
            except ValueError:
                raise ValueError(f'threshold {text!r}; needed is CLASS=0.4, or 0.4') from None
        return cls(classes, values)

    def __call__(self, weighted: Probabilities) -> NDArray[np.intp]:
        """Class of each pixel.

        Args:
            weighted: Probabilities, or such times one weight for each pixel, shape (C, H, W).

        Returns:
            Class indices, shape (H, W).
        """
        lane = weighted[1:].argmax(0)
        painted = weighted[1:].max(0) >= self._needed[lane] * weighted.sum(0)
        return np.where(painted, lane + 1, 0)
