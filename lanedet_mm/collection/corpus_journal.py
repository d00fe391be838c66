"""What has become of every tile, in a file that survives a kill."""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from lanedet_mm.collection.tile_request import Region

STATES = ('kept', 'blank', 'duplicate', 'excluded', 'empty', 'failed')
ON_EXCLUDED_GROUND = 'on validation or test ground'
COLUMNS = (
    *('id', 'source', 'licence', 'place', 'gsd_m', 'time', 'width_px', 'height_px', 'sha256'),
    *('phash', 'xmin', 'ymin', 'xmax', 'ymax', 'key'),
)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS sources (
    name TEXT PRIMARY KEY, position INTEGER, licence TEXT, options TEXT);
CREATE TABLE IF NOT EXISTS tiles (
    source TEXT, key TEXT, nth INTEGER, state TEXT, reason TEXT,
    id TEXT, place TEXT, gsd_m REAL, time TEXT, width_px INTEGER, height_px INTEGER,
    sha256 TEXT, phash TEXT, xmin REAL, ymin REAL, xmax REAL, ymax REAL,
    PRIMARY KEY (source, key));
"""


class CorpusJournal:
    """One row for each tile that was asked for, written after its file.

    Args:
        path: The SQLite file; it is made if it is not there.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path)
        self._db.execute('PRAGMA journal_mode=WAL')
        self._db.execute('PRAGMA synchronous=NORMAL')
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def claim(self, settings: dict[str, Any]) -> None:
        """Write down what decides the tiles, or compare it with what was written down.

        Raises:
            ValueError: If it differs, with what does.
        """
        there = dict(self._db.execute('SELECT name, value FROM settings'))
        new = {name: json.dumps(value, sort_keys=True) for name, value in settings.items()}
        changed = [
            f'{name} was {there[name]} and is {value}'
            for name, value in new.items()
            if there.get(name, value) != value
        ]
        if changed:
            raise ValueError(
                'the folder was begun with other options: ' + '; '.join(changed) + '. Collect '
                'into another folder, or go back to these'
            )
        with self._db:
            self._db.executemany('INSERT OR IGNORE INTO settings VALUES (?, ?)', new.items())

    def claim_source(
        self,
        name: str,
        licence: str,
        options: dict[str, Any],
        *,
        free: Collection[str] = (),
        late: Collection[str] = (),
    ) -> None:
        """The same for a source; one that is new comes after those that are there.

        Args:
            name: Of the source.
            licence: Of its pixels.
            options: All that it was built with.
            free: Names of options that may change.
            late: Names of options that may be given where they were not, or were None.

        Raises:
            ValueError: If a source of this name was begun with other options.
        """
        new = _compared(json.loads(json.dumps(options, default=str)), free, late)
        text = json.dumps(new, sort_keys=True)
        row = self._db.execute('SELECT options FROM sources WHERE name = ?', (name,)).fetchone()
        if row is not None:
            begun = _compared(json.loads(row[0]), free, late)
            given_late = {option: new[option] for option in late if option in new}
            if {**given_late, **begun} != new:
                raise ValueError(
                    f'source {name!r} was begun with {json.dumps(begun, sort_keys=True)} and is '
                    f'now {text}; give the changed one another name, or collect into another folder'
                )
        with self._db:
            self._db.execute(
                'INSERT INTO sources VALUES (?, (SELECT COUNT(*) FROM sources), ?, ?) '
                'ON CONFLICT (name) DO UPDATE SET options = excluded.options',
                (name, licence, text),
            )

    def is_settled(self, source: str, key: str) -> bool:
        """Whether a tile was kept or dropped."""
        found = self._db.execute('SELECT 1 FROM tiles WHERE source = ? AND key = ?', (source, key))
        return found.fetchone() is not None

    def forget_failures(self, source: str) -> None:
        """Strike out the failed tiles of a source, which may no longer be asked for."""
        with self._db:
            failed = "DELETE FROM tiles WHERE source = ? AND state = 'failed'"
            self._db.execute(failed, (source,))

    def follow_ground(self, is_excluded: Callable[[Region], bool]) -> None:
        """Compare what was settled earlier with the ground that is excluded now.

        A kept tile on it is dropped. A tile that was excluded and is no longer on it is forgotten,
        so that it is asked for again, and so is what was a duplicate of a dropped one.

        Args:
            is_excluded: Whether a region is not to be collected.
        """
        rows = self._db.execute(
            'SELECT rowid, state, xmin, ymin, xmax, ymax FROM tiles '
            "WHERE state IN ('kept', 'excluded') AND xmin IS NOT NULL"
        )
        dropped: list[tuple[str, int]] = []
        freed: list[tuple[int]] = []
        for number, state, *region in rows:
            if state == 'kept' and is_excluded(tuple(region)):
                dropped.append((ON_EXCLUDED_GROUND, number))
            elif state == 'excluded' and not is_excluded(tuple(region)):
                freed.append((number,))
        with self._db:
            self._db.executemany(
                "UPDATE tiles SET state = 'excluded', reason = ? WHERE rowid = ?", dropped
            )
            self._db.executemany('DELETE FROM tiles WHERE rowid = ?', freed)
            self._db.execute(
                "DELETE FROM tiles WHERE state = 'duplicate' AND reason IN "
                "(SELECT 'of ' || id FROM tiles WHERE state = 'excluded')"
            )

    def dropped(self) -> list[str]:
        """Ids of the tiles that were kept once and are on excluded ground now."""
        rows = self._db.execute(
            "SELECT id FROM tiles WHERE state = 'excluded' AND id IS NOT NULL ORDER BY rowid"
        )
        return [tile_id for (tile_id,) in rows]

    def kept_without_ground(self) -> dict[str, int]:
        """Kept tiles of each source that could not be compared with any ground."""
        return dict(
            self._db.execute(
                "SELECT source, COUNT(*) FROM tiles WHERE state = 'kept' AND xmin IS NULL "
                'GROUP BY source'
            )
        )

    def write(self, **row: object) -> int:
        """Add the row of a tile; returns its number."""
        names = ', '.join(row)
        marks = ', '.join('?' * len(row))
        with self._db:
            done = self._db.execute(
                f'INSERT INTO tiles ({names}) VALUES ({marks})', tuple(row.values())
            )
        return int(done.lastrowid or 0)

    def hashes(self) -> Iterator[tuple[int, int]]:
        """Perceptual hash and row number of each kept tile, in the order of their writing."""
        rows = self._db.execute(
            "SELECT phash, rowid FROM tiles WHERE state = 'kept' ORDER BY rowid"
        )
        return ((int(phash, 16), row) for phash, row in rows)

    def id_of(self, row: int) -> str:
        """Id of a kept tile."""
        return str(self._db.execute('SELECT id FROM tiles WHERE rowid = ?', (row,)).fetchone()[0])

    def counts(self) -> dict[str, dict[str, int]]:
        """Tiles of each source by state, in the order of the sources."""
        names = [name for (name,) in self._db.execute('SELECT name FROM sources ORDER BY position')]
        counts = {name: dict.fromkeys(STATES, 0) for name in names}
        grouped = 'SELECT source, state, COUNT(*) FROM tiles GROUP BY source, state'
        for source, state, count in self._db.execute(grouped):
            counts[source][state] = count
        return counts

    def reasons(self, source: str, state: str, *, most: int) -> list[str]:
        """Key and reason of the first tiles of a source in a state."""
        rows = self._db.execute(
            'SELECT key, reason FROM tiles WHERE source = ? AND state = ? ORDER BY nth LIMIT ?',
            (source, state, most),
        )
        return [f'{key}: {reason}' for key, reason in rows]

    def kept(self, *, at_once: int) -> Iterator[list[dict[str, Any]]]:
        """Rows of the manifest, some at a time, by source and then in the order of its requests."""
        names = ', '.join(name if name == 'licence' else f'tiles.{name}' for name in COLUMNS)
        rows = self._db.execute(
            f'SELECT {names} FROM tiles JOIN sources ON sources.name = tiles.source '
            "WHERE state = 'kept' ORDER BY position, nth"
        )
        while some := rows.fetchmany(at_once):
            yield [dict(zip(COLUMNS, row, strict=True)) for row in some]


def _compared(
    options: dict[str, Any], free: Collection[str], late: Collection[str]
) -> dict[str, Any]:
    """Options of a source that a later run has to repeat."""
    return {
        name: value
        for name, value in options.items()
        if name not in free and not (name in late and value is None)
    }
