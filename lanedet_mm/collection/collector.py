"""Tiles of many sources into one folder."""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path
from typing import Any

from rich.progress import Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.collection_report import CollectionReport
from lanedet_mm.collection.corpus_journal import COLUMNS, ON_EXCLUDED_GROUND, CorpusJournal
from lanedet_mm.collection.corpus_manifest import write_corpus_manifest
from lanedet_mm.collection.excluded_ground import ExcludedGround
from lanedet_mm.collection.near_duplicates import NearDuplicates
from lanedet_mm.collection.nothing_here_error import NothingHereError
from lanedet_mm.collection.sources.unlabeled_source import UnlabeledSource
from lanedet_mm.collection.tile_file import TileFile
from lanedet_mm.collection.tile_request import TileRequest
from lanedet_mm.collection.unlabeled_tile import UnlabeledTile
from lanedet_mm.imagery import write_atomically
from lanedet_mm.registry import UNLABELED_SOURCES

_AHEAD = 4  # tiles in work or waiting for their turn, times the source's workers
_MOST_REASONS = 10
_Made = tuple[UnlabeledTile, TileFile]


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
            run = _SourceRun(self, source, journal, ground, seen)
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


class _SourceRun:
    """One source's turn."""

    def __init__(
        self,
        options: Collector,
        source: UnlabeledSource,
        journal: CorpusJournal,
        ground: ExcludedGround,
        seen: NearDuplicates,
    ) -> None:
        self.options, self.source, self.journal = options, source, journal
        self.ground, self.seen = ground, seen
        self._kept = journal.counts()[source.name]['kept']
        self._in_a_row = 0
        self._torn: CollectionError | None = None

    def go(self) -> None:
        """Fetch what is to be fetched, some at a time, and write it down in order.

        Raises:
            CollectionError: If the source cannot say what it has, or too much fails in a row.
        """
        waiting: deque[tuple[int, TileRequest, Future[_Made]]] = deque()
        name, workers = self.source.name, self.source.workers
        self.journal.forget_failures(name)  # they are tried again
        with ThreadPoolExecutor(workers) as pool, _progress(name) as advance:
            try:
                for nth, request in self._wanted():
                    if self._is_full():
                        break
                    waiting.append((nth, request, pool.submit(self._make, request)))
                    if len(waiting) >= _AHEAD * workers:
                        advance(self._settle(*waiting.popleft()))
                while waiting and not self._is_full():
                    advance(self._settle(*waiting.popleft()))
                if self._torn is not None:
                    raise self._torn
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _requests(self) -> Iterator[TileRequest]:
        """What the source can name; where it breaks off, what it has named is collected first."""
        try:
            yield from self.source.requests()
        except CollectionError as error:
            self._torn = error

    def _wanted(self) -> Iterator[tuple[int, TileRequest]]:
        """Requests that are not settled; those on excluded ground are settled here."""
        for nth, request in enumerate(self._requests()):
            if self.journal.is_settled(self.source.name, request.key):
                continue
            if request.region is not None and self.ground.covers(request.region):
                self._write(nth, request, 'excluded', ON_EXCLUDED_GROUND)
                continue
            yield nth, request

    def _is_full(self) -> bool:
        return self.options.most_tiles is not None and self._kept >= self.options.most_tiles

    def _make(self, request: TileRequest) -> _Made:
        """Fetch and compress, in a thread of the pool."""
        tile = self.source.fetch(request)
        return tile, TileFile.of(tile, quality=self.options.quality)

    def _settle(self, nth: int, request: TileRequest, future: Future[_Made]) -> str:
        """Write down what has become of a tile; returns its state."""
        try:
            tile, file = future.result()
        except NothingHereError as error:
            self._in_a_row = 0  # the source answers
            self._write(nth, request, 'empty', str(error))
            return 'empty'
        except CollectionError as error:
            self._write(nth, request, 'failed', str(error))
            self._in_a_row += 1
            if self._in_a_row >= self.options.give_up_after:
                raise CollectionError(
                    f'{self._in_a_row} tiles in a row failed, the last because {error}. Mend that, '
                    'then run again: it goes on where it was'
                ) from None
            return 'failed'
        self._in_a_row = 0
        if file.blank is not None:
            self._write(nth, request, 'blank', file.blank)
            return 'blank'
        twin = self.seen.find(file.phash)
        if twin is not None:
            self._write(nth, request, 'duplicate', f'of {self.journal.id_of(twin)}')
            return 'duplicate'
        self._keep(nth, request, tile, file)
        return 'kept'

    def _keep(self, nth: int, request: TileRequest, tile: UnlabeledTile, file: TileFile) -> None:
        tile_id = f'{self.source.name}_{sha1(request.key.encode()).hexdigest()[:12]}'
        write_atomically(self.options.out / 'tiles' / f'{tile_id}.jpg', file.data)
        row = self._write(
            nth,
            request,
            'kept',
            None,
            id=tile_id,
            gsd_m=float(tile.gsd_m),
            time=tile.time,
            width_px=file.size_wh[0],
            height_px=file.size_wh[1],
            sha256=file.sha256,
            phash=f'{file.phash:016x}',
        )
        self.seen.add(file.phash, row)
        self._kept += 1

    def _write(
        self, nth: int, request: TileRequest, state: str, reason: str | None, **more: object
    ) -> int:
        box = dict(
            zip(('xmin', 'ymin', 'xmax', 'ymax'), request.region or (None,) * 4, strict=True)
        )
        return self.journal.write(
            source=self.source.name,
            key=request.key,
            nth=nth,
            state=state,
            reason=reason,
            place=request.place,
            **box,
            **more,
        )


@contextmanager
def _progress(source: str) -> Iterator[Callable[[str], None]]:
    """A line that counts what becomes of a source's tiles."""
    counts: Counter[str] = Counter()
    with Progress(
        SpinnerColumn(),
        TextColumn('{task.description}'),
        TimeElapsedColumn(),
        TaskProgressColumn(show_speed=True),
    ) as progress:
        task = progress.add_task(source, total=None)

        def advance(state: str) -> None:
            counts[state] += 1
            said = ', '.join(f'{count} {state}' for state, count in counts.items())
            progress.update(task, advance=1, description=f'{source}: {said}')

        yield advance
