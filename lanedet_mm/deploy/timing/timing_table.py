"""Times as a table in Markdown and as CSV."""

import csv
import io
from collections.abc import Mapping, Sequence

from lanedet_mm.deploy.timing.case_times import CaseTimes
from lanedet_mm.deploy.timing.machine import device_name

COLUMNS = (
    *('model', 'provider', 'px', 'batch', 'threads', 'network, ms', '95 % below'),
    *('processor, ms', 'whole call, ms', 'tiles/s', 'megapixels/s', 'load, ms', 'peak, MiB'),
)
TEXTS = 2  # of the columns, which stand left


def markdown_table(times: Sequence[CaseTimes], *, lane_iou: Mapping[str, float]) -> str:
    """A row a case; below it those that failed, with the reason.

    Args:
        times: What was measured.
        lane_iou: In points, by the name of a model; a column of its own if there is any.
    """
    columns = [*COLUMNS, *(['lane IoU'] if lane_iou else [])]
    lines = [
        '| ' + ' | '.join(columns) + ' |',
        '|---' * TEXTS + '|--:' * (len(columns) - TEXTS) + '|',
    ]
    for one in times:
        if one.error is None:
            lines.append('| ' + ' | '.join(_cells(one, lane_iou)) + ' |')
    failed = [one for one in times if one.error is not None]
    if failed:
        lines += ['', 'Without times:', '']
    for one in failed:
        case = one.case
        lines.append(
            f'- {case.name}, {case.provider}, {case.size_px} px, batch {case.batch}: {one.error}'
        )
    return '\n'.join(lines)


def csv_table(times: Sequence[CaseTimes], *, lane_iou: Mapping[str, float]) -> str:
    """A row a case, unrounded, with the error of those that failed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator='\n')
    names = {device: device_name(device) for device in {one.case.device for one in times}}
    writer.writerow([*COLUMNS, 'lane IoU', 'version', 'device', 'error'])
    for one in times:
        iou = lane_iou.get(one.case.name, '')
        device = names[one.case.device]
        writer.writerow([*_texts(one), *_figures(one), iou, one.version, device, one.error or ''])
    return text.getvalue()


def _cells(one: CaseTimes, lane_iou: Mapping[str, float]) -> list[str]:
    """A row of the table in Markdown."""
    cells = [*_texts(one), *(_rounded(value) for value in _figures(one))]
    if lane_iou:
        iou = lane_iou.get(one.case.name)
        cells.append('' if iou is None else f'{iou:.2f}')
    return cells


def _texts(one: CaseTimes) -> list[str]:
    case = one.case
    return [case.name, case.provider, *map(str, (case.size_px, case.batch, case.threads))]


def _figures(one: CaseTimes) -> list[float | None]:
    return [
        *(one.median_ms, one.p95_ms, one.median_cpu_ms, one.median_whole_ms),
        *(one.tiles_per_s, one.megapixels_per_s, one.load_ms, one.peak_mib),
    ]


def _rounded(value: float | None) -> str:
    """Three digits, and no fewer before the point."""
    if value is None:
        return ''
    return f'{value:.0f}' if value >= 100 else f'{value:.3g}'
