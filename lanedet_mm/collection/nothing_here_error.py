"""Ground of which a source has no photograph."""

from lanedet_mm.collection.collection_error import CollectionError


class NothingHereError(CollectionError):
    """A tile that is not there, and will not be the next time: the source works and has no imagery.

    The collector counts it apart from failures, and does not ask for it again.
    """
