from pathlib import Path

import pytest
from mmengine.registry import init_default_scope

from lanedet_mm.experiments import AblationSpec
from lanedet_mm.registry import MODELS

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / 'configs/ablations').glob('*.py'))


@pytest.mark.parametrize('path', SPECS, ids=lambda path: path.stem)
def test_every_variant_builds_and_is_another(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    spec = AblationSpec.read(path)
    fold, seed = next(iter(spec.folds)), spec.seeds[0]
    runs = [run for run in spec.runs() if (run.fold, run.seed) == (fold, seed)]
    assert [run.variant for run in runs] == list(spec.variants)
    assert len({run.key for run in runs}) == len(runs)
    init_default_scope('lanedet_mm')
    for run in runs:
        config = run.merged_config()
        backbone = config.model.get('student', config.model).backbone
        if 'pretrained' in backbone:
            backbone.pretrained = None
        MODELS.build(config.model)
        # The learning rate reaches its end when the training does.
        assert config.train_cfg.max_iters == config.param_scheduler[1].end


def test_a_reader_can_tell_what_is_compared() -> None:
    assert {'baseline', 'losses', 'pretraining'} <= {path.stem for path in SPECS}
    assert all(path.read_text().startswith('"""') for path in SPECS)
