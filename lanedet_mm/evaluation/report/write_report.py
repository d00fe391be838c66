"""`report.html`: one file that opens without a network."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lanedet_mm.evaluation.records.evaluation_run import read_run
from lanedet_mm.evaluation.records.tile_record import TileRecord
from lanedet_mm.evaluation.report import report_parts as parts
from lanedet_mm.evaluation.report.tile_picture import TilePicture
from lanedet_mm.imagery import write_atomically

FILE_NAME = 'report.html'
_HERE = Path(__file__).parent
_DASH = '\u2013'  # what a range has between its ends, and a cell without a score


def write_report(
    out: Path,
    *,
    records: Sequence[TileRecord],
    scores: dict[str, Any],
    pictures: Sequence[TilePicture] = (),
    log_dir: Path | None = None,
    title: str | None = None,
) -> Path:
    """Write the page of an evaluation.

    Args:
        out: Folder of the evaluation. `run.json`, `robustness.json` and `calibration.json` in it
            are shown where they are.
        records: Of its tiles.
        scores: Of `score_records`.
        pictures: The gallery.
        log_dir: Work folder of the training, for its curves.
        title: Heading; default the names of the model's files.

    Returns:
        The file.
    """
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError as error:
        raise ImportError('the report needs Jinja2: python -m pip install jinja2') from error
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {'score': _score, 'ends': _ends, 'tint': _tint, 'words': _words}
    run = read_run(out)
    robustness, calibration = (
        parts.read_json(out / f'{name}.json') for name in ('robustness', 'calibration')
    )
    page = environment.get_template('page.html').render(
        style=(_HERE / 'page.css').read_text(),
        script=(_HERE / 'page.js').read_text(),
        title=title or _title(run, out),
        run=run,
        scores=scores,
        tolerance=parts.TOLERANCE,
        bars=parts.bars,
        scenario_notes=parts.SCENARIO_NOTES,
        tolerances=parts.tolerance_rows(scores),
        confusions=parts.confusions(records),
        heat=parts.heat_map(robustness) if robustness else [],
        robustness=robustness,
        calibration=calibration,
        reliability=parts.reliability_chart(calibration) if calibration else '',
        learning=parts.learning_charts(log_dir),
        pictures=pictures,
        tiles=parts.tile_rows(records),
    )
    write_atomically(out / FILE_NAME, page.encode())
    return out / FILE_NAME


def _title(run: dict[str, Any] | None, out: Path) -> str:
    return ' · '.join(Path(file).stem for file in run['model']) if run else out.name


def _score(value: float | None, decimals: int = 1) -> str:
    # Adding 0 takes the sign from a rounded -0.
    return _DASH if value is None else f'{round(value, decimals) + 0:.{decimals}f}'


def _ends(ends: Sequence[float] | None, decimals: int = 1) -> str:
    return f'{ends[0]:.{decimals}f} {_DASH} {ends[1]:.{decimals}f}' if ends else ''


def _tint(share: float | None) -> str:
    """Strength of a cell's colour in percent."""
    return f'{100 * min(max(share or 0, 0), 1):.0f}%'


def _words(name: str) -> str:
    return name.replace('_', ' ')
