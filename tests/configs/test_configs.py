import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mmcv.transforms import Compose
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from mmengine.visualization import Visualizer

from lanedet_mm.collection.collector import Collector
from lanedet_mm.engine.launch import innermost_datasets, load_config
from lanedet_mm.registry import (
    HOOKS,
    METRICS,
    MODELS,
    PARAM_SCHEDULERS,
    TRANSFORMS,
    UNLABELED_SOURCES,
)

CONFIGS = Path(__file__).parents[2] / 'configs'
LEAVES = sorted(
    path
    for path in CONFIGS.rglob('*.py')
    if not {'_base_', 'deploy', 'ablations', 'collect'} & set(path.relative_to(CONFIGS).parts)
)
# Read by our hooks and tools, or by mmengine and mmdeploy outside of Runner's signature.
READ_ELSEWHERE = {'allow_leakage', 'find_unused_parameters', 'sync_bn', 'test_pipeline'}
LOADERS = ('train_dataloader', 'val_dataloader', 'test_dataloader')
SEGMENTORS = [path for path in LEAVES if not path.name.startswith('mae_')]
DISTILLERS = [path for path in LEAVES if path.name.startswith(('distill_', 'self_trained_'))]
COLLECTIONS = sorted((CONFIGS / 'collect').glob('*.py'))
FROM_THE_USER = {  # what a collection's config takes from the environment
    'IMAGERY_URL': 'https://imagery.example/{z}/{x}/{y}?key={env:MAP_KEY}',
    'IMAGERY_LICENCE': 'of the imagery',
    'ORTHOPHOTO_LICENCE': 'of the orthophotos',
    'OVERPASS_URL': 'https://roads.example/api/interpreter',
    'MAP_KEY': 'secret',
}
NEEDED = {
    'area.py': ['IMAGERY_URL', 'IMAGERY_LICENCE', 'OVERPASS_URL'],
    'mixed.py': ['ORTHOPHOTO_LICENCE'],
    'orthophotos.py': ['ORTHOPHOTO_LICENCE'],
}


def name(path: Path) -> str:
    return str(path.relative_to(CONFIGS))


@pytest.fixture(params=LEAVES, ids=name)
def leaf(request: pytest.FixtureRequest) -> Path:
    """Each config that a tool takes."""
    return request.param


def pipelines(config: object) -> Iterator[list[dict[str, Any]]]:
    """Every pipeline of a config, of its hooks too."""
    if isinstance(config, dict):
        if 'pipeline' in config:
            yield config['pipeline']
        for inner in config.values():
            yield from pipelines(inner)
    elif isinstance(config, list):
        for inner in config:
            yield from pipelines(inner)


def sources(path: Path) -> str:
    """Text of a config and of its bases."""
    text = path.read_text()
    base = re.search(r'^_base_ = (\[.*?\]|.*?$)', text, re.DOTALL | re.MULTILINE)
    names = re.findall(r"'([^']+)'", base.group(1)) if base else []
    return text + ''.join(sources(path.parent / name) for name in names if '::' not in name)


def test_there_are_leaves() -> None:
    assert {'premium_baseline.py'} <= {path.name for path in LEAVES}


def test_every_part_builds(leaf: Path) -> None:
    config = load_config(leaf)  # in the precision that this machine has
    init_default_scope(config.default_scope)
    model = MODELS.build(config.model)
    wrapper = build_optim_wrapper(model, config.optim_wrapper)
    held = {id(one) for group in wrapper.param_groups for one in group['params']}
    assert held >= {id(one) for one in model.parameters() if one.requires_grad}
    for scheduler in config.param_scheduler:
        length = {'epoch_length': 10} if scheduler.get('convert_to_iter_based') else {}
        PARAM_SCHEDULERS.build({**scheduler, **length, 'optimizer': wrapper})
    Visualizer.get_instance('configs')  # mmpretrain's hook asks for one
    for hook in [*config.get('custom_hooks', []), *config.default_hooks.values()]:
        HOOKS.build({**hook})
    found = list(pipelines({loader: config.get(loader) for loader in (*LOADERS, 'custom_hooks')}))
    assert found
    for pipeline in found:
        steps = Compose([TRANSFORMS.build(dict(step)) for step in pipeline])
        assert len(steps.transforms) == len(pipeline)


@pytest.mark.parametrize('leaf', SEGMENTORS, ids=name)
def test_a_segmentor_refuses_a_leak_and_other_classes_and_stops_when_it_is_lost(leaf: Path) -> None:
    config = Config.fromfile(leaf)
    hooks = {hook.type for hook in [*config.custom_hooks, *config.default_hooks.values()]}
    assert hooks >= {'GroundLeakageHook', 'FiniteLossHook', 'NumClassesHook'}


@pytest.mark.parametrize('leaf', SEGMENTORS, ids=name)
def test_a_segmentor_is_judged_on_three_sides(leaf: Path) -> None:
    config = Config.fromfile(leaf)
    METRICS.build(config.test_evaluator)
    # Weak labels judge no checkpoint: such a training has no validation, and says so by None.
    has_no_val = config.train_dataloader.dataset.type == 'CentrelineDataset'
    assert (config.val_dataloader is None) == has_no_val
    for loader in filter(None, (config[name] for name in LOADERS)):
        assert all(dataset.pipeline for dataset in innermost_datasets(loader.dataset))


@pytest.mark.parametrize('leaf', SEGMENTORS, ids=name)
def test_a_segmentor_is_not_tested_on_what_it_is_trained_on(leaf: Path) -> None:
    config = Config.fromfile(leaf)
    train, test = (
        innermost_datasets(config[f'{side}_dataloader'].dataset)[0] for side in ('train', 'test')
    )
    if train.type == 'CentrelineDataset':
        assert set(test.cities) == set(train.without_cities)
    else:
        assert test.manifest != train.manifest


def test_every_key_has_a_reader(leaf: Path) -> None:
    config, text = Config.fromfile(leaf), sources(leaf)
    read = set(inspect.signature(Runner.__init__).parameters) | READ_ELSEWHERE
    own = {key for key in set(config) - read if re.search(rf'^{key} = ', text, re.MULTILINE)}
    unread = {name for name in own if len(re.findall(rf'\b{name}\b', text)) < 2}
    assert unread == set()


@pytest.mark.parametrize('leaf', SEGMENTORS, ids=name)
def test_model_and_taxonomy_have_the_same_number_of_classes(leaf: Path) -> None:
    from lanedet_mm.lanes import Taxonomy

    config = Config.fromfile(leaf)
    for loader in filter(None, (config[name] for name in LOADERS)):
        dataset: dict[str, Any] = loader.dataset
        is_weak = dataset['type'] == 'CentrelineDataset'
        taxonomy = Taxonomy.named('marking' if is_weak else dataset.get('taxonomy', 'white'))
        model = config.model.get('student', config.model)  # of a distiller
        assert model.decode_head.num_classes == len(taxonomy.classes)


@pytest.mark.parametrize('leaf', DISTILLERS, ids=name)
def test_a_teacher_fits_its_student(leaf: Path) -> None:
    config = load_config(leaf)
    student = config.model.student
    teacher = load_config(CONFIGS.parent / config.model.teacher)
    # What is trained from the teacher's config lies where the weights are looked for.
    assert Path(config.model.teacher_checkpoint).parent == Path(teacher.work_dir)
    assert teacher.work_dir != config.work_dir
    model = teacher.model.get('student', teacher.model)
    assert model.decode_head.num_classes == student.decode_head.num_classes
    assert model.data_preprocessor == student.data_preprocessor
    init_default_scope(config.default_scope)
    plain = MODELS.build({**student})
    assert list(MODELS.build(config.model).state_dict()) == list(plain.state_dict())


def test_a_leaf_is_small(leaf: Path) -> None:
    assert len(leaf.read_text().splitlines()) <= 45


@pytest.fixture
def beside_roads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the roads that configs name, and nothing from the user yet."""
    for variable in FROM_THE_USER:
        monkeypatch.delenv(variable, raising=False)
    roads = tmp_path / 'data/orthophotos/roads.geojson'
    roads.parent.mkdir(parents=True)
    line = {'type': 'LineString', 'coordinates': [[1.41, 43.64], [1.42, 43.64]]}
    roads.write_text(json.dumps({'features': [{'geometry': line}]}))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize('path', COLLECTIONS, ids=name)
def test_every_source_of_a_collection_builds(
    beside_roads: Path, monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    for variable in [*NEEDED.get(path.name, []), 'MAP_KEY']:
        monkeypatch.setenv(variable, FROM_THE_USER[variable])
    config = Config.fromfile(path).to_dict()
    options = {key: config[key] for key in set(config) - {'out', 'sources'}}
    Collector(out=Path(config['out']), **options)  # every other key is an option of it
    built = [UNLABELED_SOURCES.build(dict(one)) for one in config['sources']]
    for source in built:
        source.close()
    names = [source.name for source in built]
    assert len(set(names)) == len(names) > 0
    if path.name == 'area.py':
        (source,) = config['sources']
        assert source['url'] == FROM_THE_USER['IMAGERY_URL']  # the key is not in it
        assert source['licence'] == 'of the imagery'
        assert source['overpass_url'] == FROM_THE_USER['OVERPASS_URL']
    if 'ORTHOPHOTO_LICENCE' in NEEDED.get(path.name, []):
        assert 'of the orthophotos' in [source.licence for source in built]


@pytest.mark.parametrize(
    ('config', 'missing'), [(config, one) for config, all_ in NEEDED.items() for one in all_]
)
def test_what_the_user_has_to_say_has_no_default(
    beside_roads: Path, monkeypatch: pytest.MonkeyPatch, config: str, missing: str
) -> None:
    for variable in set(FROM_THE_USER) - {missing}:
        monkeypatch.setenv(variable, FROM_THE_USER[variable])
    with pytest.raises(KeyError, match=f'Please set `{missing}` in environment'):
        Config.fromfile(CONFIGS / 'collect' / config)


def test_a_collection_s_config_is_small() -> None:
    assert {'rendered.py', 'mixed.py', 'area.py'} <= {path.name for path in COLLECTIONS}
    lines = {path.name: len(path.read_text().splitlines()) for path in COLLECTIONS}
    assert max(lines.values()) <= 35
