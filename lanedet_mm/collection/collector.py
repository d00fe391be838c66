"""Tiles of many sources into one folder."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.collection_report import CollectionReport
from lanedet_mm.collection.corpus_journal import COLUMNS, CorpusJournal
from lanedet_mm.collection.corpus_manifest import write_corpus_manifest
from lanedet_mm.collection.excluded_ground import ExcludedGround
from lanedet_mm.collection.near_duplicates import NearDuplicates
from lanedet_mm.collection.source_run import SourceRun
from lanedet_mm.collection.sources.unlabeled_source import UnlabeledSource
from lanedet_mm.registry import UNLABELED_SOURCES

_MOST_REASONS = 10


@dataclass(frozen=True, kw_only=True)
class Collector:
    """Fills a folder from sources: `tiles/ID.jpg`, `manifest.parquet`, `report.json`.

    A tile's file is written before its row in `collection.db`, and rows follow the order of the
    sources' requests, whichever tile is there first. So a run that was killed goes on where it was
    and ends with the manifest of one that was not. Tiles that failed are tried again by the next
    run, and are then compared with all that is kept. A tile of which a source has nothing is asked
    for once.

    Splits may be made anew between runs: what was kept earlier is compared with their ground as it
    is now. A tile that lies on it is dropped, file and all, and one that no longer does is asked
    for again.

    Attributes:
        out: The folder.
        exclude_splits: Splits, each `{'data_root': ..., 'split': folder below it}`, whose
            validation and test ground is not collected.
        most_tiles: Tiles to keep of each source; None takes all.
        near_duplicate_bits: Perceptual hashes that differ in no more of their 64 bits are of the
            same picture.
        quality: Of the JPEGs, 1 to 100.
        give_up_after: Failures in a row after which a source is left until the next run.
    """

    out: Path
    exclude_splits: Sequence[dict[str, str]] = ()
    most_tiles: int | None = None
    near_duplicate_bits: int = 4
    quality: int = 95
    give_up_after: int = 20

    def collect(self, sources: Sequence[dict[str, Any]]) -> CollectionReport:
        """Collect what is not there yet.

        Args:
            sources: Configs of registered sources, each with a name of its own.

        Raises:
            ValueError: If options are wrong, or differ from those that the folder was begun with.
            AnnotationError: If a split cannot be read.
        """
        built = [UNLABELED_SOURCES.build(dict(one)) for one in sources]
        names = [source.name for source in built]
        if len(set(names)) != len(names) or not names:
            raise ValueError(f'the names of the sources are {names}; needed are different ones')
        ground = ExcludedGround.of_splits(self.exclude_splits)
        journal = CorpusJournal(self.out / 'collection.db')
        try:
            journal.claim(
                {
                    'exclude_splits': list(self.exclude_splits),
                    'near_duplicate_bits': self.near_duplicate_bits,
                    'quality': self.quality,
                }
            )
            for source, options in zip(built, sources, strict=True):
                journal.claim_source(
                    source.name,
                    source.licence,
                    dict(options),
                    free=source.free_options,
                    late=source.late_options,
                )
            return self._collect(built, journal, ground)
        finally:
            journal.close()
            for source in built:
                with suppress(CollectionError):  # all that is kept is written
                    source.close()

    def _collect(
        self, sources: Sequence[UnlabeledSource], journal: CorpusJournal, ground: ExcludedGround
    ) -> CollectionReport:
        report = CollectionReport()
        journal.follow_ground(ground.covers)
        seen = NearDuplicates(most_bits=self.near_duplicate_bits, known=journal.hashes())
        for source in sources:
            run = SourceRun(
                source,
                out=self.out,
                journal=journal,
                ground=ground,
                seen=seen,
                most_tiles=self.most_tiles,
                quality=self.quality,
                give_up_after=self.give_up_after,
            )
            try:
                run.go()
            except CollectionError as error:
                report.left[source.name] = str(error)
            if source.remarks:
                report.remarks[source.name] = source.remarks
        report.counts = journal.counts()
        for name, count in report.counts.items():
            for state, reasons in (('failed', report.failures), ('empty', report.empty)):
                if count[state]:
                    reasons[name] = journal.reasons(name, state, most=_MOST_REASONS)
        if len(ground.boxes):
            report.not_compared = journal.kept_without_ground()
        manifest = self.out / 'manifest.parquet'
        report.tiles = write_corpus_manifest(manifest, COLUMNS, journal.kept(at_once=4096))
        report.write(self.out / 'report.json')
        for tile_id in journal.dropped():  # only now does no manifest name them
            (self.out / 'tiles' / f'{tile_id}.jpg').unlink(missing_ok=True)
        return report
