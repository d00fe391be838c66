from pathlib import Path

import pytest

from lanedet_mm.experiments import AblationSpec

SPEC = """
config = '{config}'
variants = dict(base=dict(), slow={{'optim_wrapper.optimizer.lr': 1e-5}})
folds = dict(a=dict(split='splits/a'), b=dict(split='splits/b'))
seeds = (0, 1)
"""
CONFIG = Path(__file__).parents[2] / 'configs/demo/premium_baseline.py'


@pytest.fixture
def spec(tmp_path: Path) -> AblationSpec:
    """Two variants, two folds, two seeds."""
    (tmp_path / 'spec.py').write_text(SPEC.format(config=CONFIG))
    return AblationSpec.read(tmp_path / 'spec.py')


def test_every_variant_fold_and_seed_once(spec: AblationSpec) -> None:
    runs = spec.runs()
    assert len({(run.variant, run.fold, run.seed) for run in runs}) == 8
    assert len({run.key for run in runs}) == 8
    assert [run.variant for run in runs[:2]] == ['base', 'slow']


def test_key_is_stable_and_depends_on_what_decides_the_result(spec: AblationSpec) -> None:
    first, again = spec.runs()[0], spec.runs()[0]
    assert first.key == again.key
    assert spec.runs()[1].merged_config().optim_wrapper.optimizer.lr == 1e-5


def test_unknown_and_missing_keys_are_named(tmp_path: Path) -> None:
    (tmp_path / 'spec.py').write_text("config = 'x.py'\nvariant = dict()\n")
    with pytest.raises(ValueError, match=r"missing \['variants'\], unknown \['variant'\]"):
        AblationSpec.read(tmp_path / 'spec.py')
    with pytest.raises(FileNotFoundError, match='no ablation spec'):
        AblationSpec.read(tmp_path / 'nowhere.py')
