"""What our back ends' managers share."""

import importlib.metadata
import importlib.util

from mmdeploy.backend.base import BaseBackendManager


class PackageManager(BaseBackendManager):
    """A back end of mmdeploy that is a Python package of its own, without custom operators.

    Attributes:
        package: Its name, to import and to install.
    """

    package: str

    @classmethod
    def is_available(cls, with_custom_ops: bool = False) -> bool:
        """Whether it is installed; it has no custom operators here."""
        return importlib.util.find_spec(cls.package) is not None and not with_custom_ops

    @classmethod
    def get_version(cls) -> str:
        """Its version, 'None' where it is not installed."""
        try:
            return importlib.metadata.version(cls.package)
        except importlib.metadata.PackageNotFoundError:
            return 'None'
