"""What a rendered data set was made from, so that two makes never mix in one folder."""

import hashlib
import json
from pathlib import Path
from typing import Any

from lanedet_mm import __version__
from lanedet_mm.imagery import write_atomically

FILE_NAME = 'dataset.json'


def provenance(mode: str, options: dict[str, Any], tiles: dict[str, int]) -> dict[str, Any]:
    """What decides the tiles of a data set, and how many there are.

    Args:
        mode: 'networks' or 'annotations'.
        options: What the caller chose; JSON can hold it.
        tiles: Number of tiles of each city.
    """
    code = hashlib.sha256()
    package = Path(__file__).parent
    for path in sorted(package.rglob('*.py')):
        code.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return {
        'mode': mode,
        'version': __version__,
        'synthesis_sha256': code.hexdigest(),
        'options': options,
        'tiles': tiles,
    }


def claim(out: Path, wanted: dict[str, Any]) -> None:
    """Make a folder for a data set, or go on with the one that is there.

    Raises:
        ValueError: If it holds tiles of other options or another version, or more tiles.
    """
    path = out / FILE_NAME
    if path.exists():
        there = json.loads(path.read_bytes())
        differences = [
            f'{key} is {there.get(key)} there and {wanted[key]} here'
            for key in wanted
            if key != 'tiles' and there.get(key) != wanted[key]
        ]
        differences += [
            f'{count} tiles of {city} are there and {wanted["tiles"].get(city, 0)} are asked for'
            for city, count in there['tiles'].items()
            if wanted['tiles'].get(city, 0) < count
        ]
        if differences:
            raise ValueError(
                f'{out} holds another data set ({"; ".join(differences)}); choose another folder '
                'or delete this one'
            )
    elif out.exists() and any(out.iterdir()):
        raise ValueError(f'{out} is not empty and has no {FILE_NAME}; choose an empty folder')
    for name in ('imgs', 'json'):
        (out / name).mkdir(parents=True, exist_ok=True)
    write_atomically(path, json.dumps(wanted, indent=2).encode())
