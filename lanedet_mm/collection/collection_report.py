"""What a collection has come to."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from lanedet_mm.collection.corpus_journal import STATES
from lanedet_mm.imagery import write_atomically


@dataclass
class CollectionReport:
    """Counts of every source, and why things failed.

    Attributes:
        tiles: Tiles in the manifest.
        counts: Tiles of each source by state: kept, blank, duplicate, excluded, empty, failed.
        not_compared: Kept tiles of each source whose ground is not known, while splits were named.
        remarks: What else a source has to say.
        empty: The first reasons of each source why it has nothing somewhere.
        failures: The first reasons of each source.
        left: Sources that were left before their end, and why.
    """

    tiles: int = 0
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    not_compared: dict[str, int] = field(default_factory=dict)
    remarks: dict[str, list[str]] = field(default_factory=dict)
    empty: dict[str, list[str]] = field(default_factory=dict)
    failures: dict[str, list[str]] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether nothing failed."""
        return not self.left and not any(count['failed'] for count in self.counts.values())

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        write_atomically(path, (json.dumps(asdict(self), indent=1) + '\n').encode())

    def summary(self) -> str:
        """A table, then what went wrong."""
        width = max([len('source'), *map(len, self.counts)])
        lines = [f'{"source":{width}}' + ''.join(f'{state:>11}' for state in STATES)]
        for name, count in self.counts.items():
            lines.append(f'{name:{width}}' + ''.join(f'{count[state]:11}' for state in STATES))
        excluded = sum(count['excluded'] for count in self.counts.values())
        if excluded:
            lines.append(f'{excluded} tiles lie on validation or test ground: not in the manifest')
        for name, unknown in self.not_compared.items():
            lines.append(
                f'{name}: the ground of {unknown} tiles is not known; they were not compared with '
                'the splits'
            )
        for name, remarks in self.remarks.items():
            lines += [f'{name}: {remark}' for remark in remarks]
        for name, (reason, *_) in self.empty.items():
            lines.append(f'{name}: {self._about_empty(name)}, the first {reason}')
        for name, reasons in self.failures.items():
            lines += [f'{name} failed:', *(f'  {reason}' for reason in reasons)]
        lines += [f'{name} was left before its end: {reason}' for name, reason in self.left.items()]
        lines.append(f'{self.tiles} tiles')
        return '\n'.join(lines)

    def _about_empty(self, name: str) -> str:
        """How much of a source is empty, and what to do where all of it is."""
        count = self.counts[name]
        if any(count[state] for state in ('kept', 'blank', 'duplicate')):
            return f'{count["empty"]} tiles are empty and are not asked for again'
        return (
            f'nothing but empty tiles came ({count["empty"]}), which are not asked for again; if '
            'its address or its key is wrong, give the right one another name'
        )
