"""What was measured of a case, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lanedet_mm.deploy.timing.timed_case import TimedCase


@dataclass(frozen=True)
class CaseTimes:
    """The runs of a case.

    Attributes:
        case: What was run.
        network_ms: The network alone, milliseconds on the clock.
        network_cpu_ms: Of the same runs, milliseconds of the processor over all threads; other
            programs that want the cores do not make it longer.
        whole_ms: Pixels in, probabilities out, milliseconds on the clock.
        load_ms: From the file to a model that can run.
        peak_mib: The largest that the process has been; None where the system does not tell.
        version: Name and version of the runtime.
        error: Why there are no times; None if there are.
    """

    case: TimedCase
    network_ms: Sequence[float] = ()
    network_cpu_ms: Sequence[float] = ()
    whole_ms: Sequence[float] = ()
    load_ms: float = float('nan')
    peak_mib: float | None = None
    version: str = ''
    error: str | None = None

    @property
    def median_ms(self) -> float:
        """Median of the network alone; nan without runs."""
        return _median(self.network_ms)

    @property
    def p95_ms(self) -> float:
        """What 95 of 100 runs of the network alone stay below."""
        return float(np.percentile(self.network_ms, 95)) if self.network_ms else float('nan')

    @property
    def median_cpu_ms(self) -> float:
        """Median of the processor's time for the network alone."""
        return _median(self.network_cpu_ms)

    @property
    def median_whole_ms(self) -> float:
        """Median of the whole call."""
        return _median(self.whole_ms)

    @property
    def tiles_per_s(self) -> float:
        """Windows a second by the whole call."""
        return 1e3 * self.case.batch / self.median_whole_ms

    @property
    def megapixels_per_s(self) -> float:
        """Millions of pixels a second by the whole call."""
        return self.tiles_per_s * self.case.size_px**2 / 1e6


def _median(values: Sequence[float]) -> float:
    return float(np.median(values)) if values else float('nan')
