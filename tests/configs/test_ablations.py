from argparse import ArgumentParser
from pathlib import Path

import pytest
from mmengine.config import Config
from mmengine.registry import init_default_scope

from lanedet_mm.engine.tool_arguments import add_runner_arguments
from lanedet_mm.experiments import AblationSpec
from lanedet_mm.registry import MODELS

ROOT = Path(__file__).parents[2]
PREPARING = (
    'distillation',
    'distillation_equal_steps',
    'distillation_weights',
    'few_real_labels',
    'few_real_labels_long',
    'few_real_labels_vit_b',
    'pretraining',
    'pretraining_recipes',
    'pretraining_vit_b',
)
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


PREPARED = {
    file: command for path in SPECS for file, command in AblationSpec.read(path).prepare.items()
}


@pytest.mark.parametrize('file', PREPARED, ids=lambda file: Path(file).parent.name)
def test_what_variants_start_from_is_the_end_of_its_training(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    python, script, *words = PREPARED[file].split()
    assert (python, script) == ('python', 'tools/train.py')
    parser = ArgumentParser()
    parser.add_argument('config')
    parser.add_argument('--resume', action='store_true', required=True)
    parser.add_argument('--seed', type=int)
    add_runner_arguments(parser)
    args = parser.parse_args(words)
    assert Path(args.work_dir) == Path(file).parent
    config = Config.fromfile(args.config)
    for name in args.cfg_options:
        value = config
        for key in name.removesuffix('.indices').split('.'):  # every data set takes indices
            value = value[int(key)] if key.isdigit() else value[key]
    config.merge_from_dict(args.cfg_options)
    end = config.train_cfg.get('max_iters') or config.train_cfg.max_epochs
    assert Path(file).stem.endswith(f'_{end}')
    _, cosine = config.param_scheduler
    assert cosine.end == end
    assert cosine.get('T_max', end - cosine.begin) == end - cosine.begin


def test_every_preparation_is_for_a_variant_of_its_spec() -> None:
    own = (AblationSpec.read(SPECS[0].with_name(f'{name}.py')) for name in PREPARING)
    for spec in own:
        options = str(spec.variants)
        commands = ' '.join(spec.prepare.values())
        assert spec.prepare
        assert all(file in options or file in commands for file in spec.prepare)


def test_a_reader_can_tell_what_is_compared() -> None:
    assert {'baseline', 'losses', 'pretraining'} <= {path.stem for path in SPECS}
    assert all(path.read_text().startswith('"""') for path in SPECS)
