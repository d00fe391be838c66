"""Names that an option of a data set lists."""

from collections.abc import Sequence


def as_names(given: str | Sequence[str]) -> tuple[str, ...]:
    """The names; a single one, as a command line gives it, is no sequence of letters.

    Args:
        given: A name, or several.
    """
    return (given,) if isinstance(given, str) else tuple(given)
