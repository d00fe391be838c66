"""P values of many comparisons."""

import math
from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar('Key', bound=Hashable)


def holm(p_values: Mapping[Key, float]) -> dict[Key, float]:
    """Adjust p values, so that a level holds for all comparisons together (Holm 1979).

    The smallest of m is multiplied by m, the next one by m - 1, and so on; none is adjusted to less
    than one before it, and none to more than 1.

    Args:
        p_values: By comparison; nan is no comparison and stays nan.
    """
    adjusted, least = dict(p_values), 0.0
    there = [key for key, p in p_values.items() if not math.isnan(p)]
    for rank, key in enumerate(sorted(there, key=lambda key: p_values[key])):
        least = max(least, min((len(there) - rank) * p_values[key], 1.0))
        adjusted[key] = least
    return adjusted
