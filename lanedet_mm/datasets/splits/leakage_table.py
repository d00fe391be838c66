"""Leakage of splits as a table."""

from collections.abc import Mapping, Sequence

from lanedet_mm.datasets.splits.ground_leakage import GroundLeakage


def leakage_table(leakages: Mapping[str, Sequence[GroundLeakage]]) -> str:
    """One line for each side of each split, in Markdown.

    Args:
        leakages: The sides of each split, by its name.
    """
    rows = [
        ('split', 'side', 'tiles', 'tiles that overlap training', 'ground seen in training'),
        ('---', '---', '---:', '---:', '---:'),
    ]
    rows += [
        (name, one.side, str(one.tiles), f'{one.overlapping:.2%}', f'{one.ground_seen:.2%}')
        for name, sides in leakages.items()
        for one in sides
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = (
        ' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return '\n'.join(f'| {line} |' for line in lines)
