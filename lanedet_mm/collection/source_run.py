"""What becomes of the tiles of one source."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha1
from pathlib import Path

from rich.progress import Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

from lanedet_mm.collection.collection_error import CollectionError
from lanedet_mm.collection.corpus_journal import ON_EXCLUDED_GROUND, CorpusJournal
from lanedet_mm.collection.excluded_ground import ExcludedGround
from lanedet_mm.collection.near_duplicates import NearDuplicates
from lanedet_mm.collection.nothing_here_error import NothingHereError
from lanedet_mm.collection.sources.unlabeled_source import UnlabeledSource
from lanedet_mm.collection.tile_file import TileFile
from lanedet_mm.collection.tile_request import TileRequest
from lanedet_mm.collection.unlabeled_tile import UnlabeledTile
from lanedet_mm.imagery import write_atomically

_AHEAD = 4  # tiles in work or waiting for their turn, times the source's workers
_Made = tuple[UnlabeledTile, TileFile]


class SourceRun:
    """One source's turn: what it has and the folder has not is fetched and written down.

    Args:
        source: Whose tiles.
        out: The corpus' folder.
        journal: Of the corpus.
        ground: Where no tile is taken.
        seen: Hashes of the pictures that are kept; grows.
        most_tiles: Tiles to keep of the source, those of earlier runs included; None takes all.
        quality: Of the JPEGs, 1 to 100.
        give_up_after: Failures in a row that end the turn.
    """

    def __init__(
        self,
        source: UnlabeledSource,
        *,
        out: Path,
        journal: CorpusJournal,
        ground: ExcludedGround,
        seen: NearDuplicates,
        most_tiles: int | None,
        quality: int,
        give_up_after: int,
    ) -> None:
        self.source, self.out, self.journal = source, out, journal
        self.ground, self.seen = ground, seen
        self.most_tiles, self.quality, self.give_up_after = most_tiles, quality, give_up_after
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
        return self.most_tiles is not None and self._kept >= self.most_tiles

    def _make(self, request: TileRequest) -> _Made:
        """Fetch and compress, in a thread of the pool."""
        tile = self.source.fetch(request)
        return tile, TileFile.of(tile, quality=self.quality)

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
            if self._in_a_row >= self.give_up_after:
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
        write_atomically(self.out / 'tiles' / f'{tile_id}.jpg', file.data)
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
