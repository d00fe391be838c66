"""What an ablation compares."""

import hashlib
import json
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from mmengine.config import Config

Options = dict[str, Any]


@dataclass(frozen=True)
class AblationRun:
    """One training and its test.

    Attributes:
        config: Config file.
        variant: Name of the variant.
        fold: Name of the fold.
        seed: Seed.
        options: Dotted config keys and their values, of the variant.
        data_root: Folder of the data set; None leaves the config's.
        split: Folder of the manifests below the data root; None leaves the config's.
        scorers: Name to command of further scores, see `AblationSpec`.
    """

    config: str
    variant: str
    fold: str
    seed: int
    options: Options = field(default_factory=dict)
    data_root: str | None = None
    split: str | None = None
    scorers: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Digest of all that decides the result, the text of the merged config included."""
        parts = (
            self.merged_config().to_dict(),
            self.data_root,
            self.split,
            self.seed,
            self.scorers,
        )
        text = json.dumps(parts, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def merged_config(self) -> Config:
        """The config with the variant's options in it."""
        config = Config.fromfile(self.config)
        config.merge_from_dict(self.options)
        return config

    @property
    def name(self) -> str:
        """Folder name of the run."""
        return f'{self.variant}-{self.fold}-{self.seed}-{self.key[:6]}'


@dataclass(frozen=True)
class AblationSpec:
    """Variants x folds x seeds of one config.

    Attributes:
        config: Config file that every variant starts from, or overrides by its key `config`.
        variants: Name to dotted config keys and their values.
        folds: Name to `{'data_root': ..., 'split': ...}`; either may be missing.
        seeds: One training each.
        metrics: Scores of the table, in this order.
        scorers: Name to a command that prints a JSON object of scores as its last line;
            `{config}`, `{checkpoint}` and `{work_dir}` are filled in. Its scores are kept as
            `<name>/<score>`.
    """

    config: str
    variants: dict[str, Options]
    folds: dict[str, dict[str, str]]
    seeds: tuple[int, ...]
    metrics: tuple[str, ...]
    scorers: dict[str, str]

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
