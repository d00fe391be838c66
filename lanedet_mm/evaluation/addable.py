"""What sums have in common."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from functools import reduce
from operator import add
from typing import Self


class Addable(ABC):
    """Counts of a part, which add up to those of the whole."""

    @abstractmethod
    def __add__(self, other: Self) -> Self:
        """The sums of both together."""

    @classmethod
    def add_up(cls, parts: Iterable[Self]) -> Self:
        """The sums of all parts together; a generator is asked for one part at a time.

        Raises:
            ValueError: If there is no part.
        """
        rest = iter(parts)
        first = next(rest, None)
        if first is None:
            raise ValueError('there are no sums to add up; needed is at least one tile')
        return reduce(add, rest, first)
