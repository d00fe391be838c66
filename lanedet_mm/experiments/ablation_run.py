"""One piece of an ablation."""

import hashlib
import json
from dataclasses import dataclass, field
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
