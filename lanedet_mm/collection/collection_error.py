"""A tile or a source that could not be had."""


class CollectionError(RuntimeError):
    """A tile that could not be fetched, or a source that could not say what it has.

    The collector writes it into its report and goes on; the next run tries again. The message says
    what was got, what is needed and what to do.
    """
