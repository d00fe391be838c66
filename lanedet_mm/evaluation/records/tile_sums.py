"""Everything that is counted on some ground."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lanedet_mm.evaluation.addable import Addable
from lanedet_mm.evaluation.confusion import Matrix
from lanedet_mm.evaluation.lines.line_sums import LineSums

_DECIMALS = 6  # of metres and square metres in JSON


@dataclass(frozen=True, eq=False)
class TileSums(Addable):
    """Pixels and lines of a tile, of a part of one, or of many.

    Attributes:
        confusion: Pixels with true class row and predicted class column, shape (C, C).
        lines: Lengths of lines in ground metres.
    """

    confusion: Matrix
    lines: LineSums

    def __add__(self, other: 'TileSums') -> 'TileSums':
        return TileSums(self.confusion + other.confusion, self.lines + other.lines)

    def to_vector(self) -> NDArray[np.float64]:
        """All counts in a row; the vector of a sum is the sum of the vectors."""
        return np.concatenate([np.ravel(part) for part in (self.confusion, *self._line_parts())])

    def with_vector(self, vector: NDArray[np.float64]) -> 'TileSums':
        """Sums of these tolerances and classes from their vector."""
        sizes = [np.size(part) for part in (self.confusion, *self._line_parts())]
        confusion, *lines = np.split(vector, np.cumsum(sizes)[:-1])
        names = [field.name for field in fields(LineSums)[1:]]
        shaped: dict[str, Any] = {
            name: values.reshape(np.shape(part))
            for name, values, part in zip(names, lines, self._line_parts(), strict=True)
        }
        counts = np.rint(confusion).astype(np.int64).reshape(self.confusion.shape)
        return TileSums(counts, replace(self.lines, **shaped))

    def _line_parts(self) -> list[Any]:
        return [getattr(self.lines, field.name) for field in fields(LineSums)[1:]]

    def to_dict(self) -> dict[str, Any]:
        """What JSON holds; lengths to a micrometre."""
        lines = {field.name: getattr(self.lines, field.name) for field in fields(LineSums)}
        return {
            'confusion': self.confusion.tolist(),
            'lines': {name: np.round(value, _DECIMALS).tolist() for name, value in lines.items()},
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> 'TileSums':
        """The sums of what JSON holds."""
        lines: dict[str, Any] = {
            name: np.array(value, np.float64) if isinstance(value, list) else float(value)
            for name, value in data['lines'].items()
        }
        lines['tolerances_m'] = tuple(data['lines']['tolerances_m'])
        return cls(np.array(data['confusion'], np.int64), LineSums(**lines))
