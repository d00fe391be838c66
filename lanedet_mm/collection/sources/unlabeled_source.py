"""What every source of unlabeled tiles has in common."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

from lanedet_mm.collection.tile_request import TileRequest
from lanedet_mm.collection.unlabeled_tile import UnlabeledTile


class UnlabeledSource(ABC):
    """Names the tiles that it can fetch, and fetches them one at a time.

    Args:
        name: Name of the source in the manifest; unique in a collection.
        licence: Licence or attribution of the pixels, as the manifest will say it.
    """

    workers = 1  # threads in which `fetch` may run at once
    # Options that say how tiles are fetched and not which: they may change from run to run.
    free_options: tuple[str, ...] = ()
    # Options without which tiles fail, and which change no other: they may be given later.
    late_options: tuple[str, ...] = ()

    def __init__(self, *, name: str, licence: str) -> None:
        if not name.strip() or not licence.strip():
            raise ValueError(
                f'name is {name!r} and licence {licence!r}; needed are both: a tile whose rights '
                'nobody wrote down cannot be used later'
            )
        self.name = name
        self.licence = licence
        self.remarks: list[str] = []  # what the report has to say of it beside its tiles

    @abstractmethod
    def requests(self) -> Iterator[TileRequest]:
        """Name every tile, in an order that is the same in every run; lazy, and without pixels.

        Raises:
            CollectionError: If the source cannot say what it has.
        """

    @abstractmethod
    def fetch(self, request: TileRequest) -> UnlabeledTile:
        """Get one tile.

        Raises:
            NothingHereError: If the source has no photograph of it, now and the next time.
            CollectionError: If it cannot be had, or if what came is not a whole photograph.
        """

    def close(self) -> None:  # noqa: B027 - most have nothing to let go of
        """Let go of connections and files."""
