"""What an ablation compares."""

from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from mmengine.config import Config

from lanedet_mm.experiments.ablation_run import AblationRun, Options


@dataclass(frozen=True)
class AblationSpec:
    """Variants x folds x seeds of one config.

    Attributes:
        config: Config file that every variant starts from, or overrides by its key `config`.
        variants: Name to dotted config keys and their values.
        folds: Name to `{'data_root': ..., 'split': ...}`; either may be missing.
        seeds: One training each.
        metrics: Scores of the table, in this order.
        prepare: File to the command that makes it, see `prepare_starts`: weights that variants
            start from, such as those of a teacher.
        scorers: Name to a command that prints a JSON object of scores as its last line;
            `{config}`, `{checkpoint}` and `{work_dir}` are filled in. Its scores are kept as
            `<name>/<score>`. A command's `python` is the interpreter that runs the ablation.
    """

    config: str
    variants: dict[str, Options]
    folds: dict[str, dict[str, str]]
    seeds: tuple[int, ...]
    metrics: tuple[str, ...]
    scorers: dict[str, str]
    prepare: dict[str, str]

    @classmethod
    def read(cls, path: Path | str) -> 'AblationSpec':
        """Read a spec: a Python file in mmengine's config syntax.

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If a key is missing or unknown.
        """
        if not Path(path).is_file():
            raise FileNotFoundError(f'no ablation spec {path}; see configs/ablations')
        data = Config.fromfile(path).to_dict()
        defaults: dict[str, Any] = {
            'folds': {'all': {}},
            'seeds': (0, 1, 2),
            'metrics': ('lane_iou', 'mIoU'),
            'scorers': {},
            'prepare': {},
        }
        known = {'config', 'variants', *defaults}
        missing, unknown = {'config', 'variants'} - set(data), set(data) - known
        if missing or unknown:
            raise ValueError(
                f'{path}: missing {sorted(missing)}, unknown {sorted(unknown)}; '
                f'a spec has {sorted(known)}'
            )
        data = {**defaults, **data}
        return cls(**{**data, 'seeds': tuple(data['seeds']), 'metrics': tuple(data['metrics'])})

    def runs(self) -> list[AblationRun]:
        """Every run, all variants of a fold and seed together, so that tables fill evenly."""
        return [
            AblationRun(
                config=options.get('config', self.config),
                variant=variant,
                fold=fold,
                seed=seed,
                options={key: value for key, value in options.items() if key != 'config'},
                scorers=self.scorers,
                **place,
            )
            for seed, (fold, place), (variant, options) in product(
                self.seeds, self.folds.items(), self.variants.items()
            )
        ]
