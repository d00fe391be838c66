"""Our registry nodes, each a child of mmseg's: a type not found here is looked up there."""

from mmengine.registry import Registry
from mmseg import registry as mmseg_registry

SCOPE = 'lanedet_mm'

DATASETS = Registry(
    'dataset', parent=mmseg_registry.DATASETS, scope=SCOPE, locations=['lanedet_mm.datasets']
)
TRANSFORMS = Registry(
    'transform',
    parent=mmseg_registry.TRANSFORMS,
    scope=SCOPE,
    locations=['lanedet_mm.datasets.transforms'],
)
MODELS = Registry(
    'model', parent=mmseg_registry.MODELS, scope=SCOPE, locations=['lanedet_mm.models']
)
METRICS = Registry(
    'metric',
    parent=mmseg_registry.METRICS,
    scope=SCOPE,
    locations=['lanedet_mm.evaluation.metrics'],
)
HOOKS = Registry(
    'hook', parent=mmseg_registry.HOOKS, scope=SCOPE, locations=['lanedet_mm.engine.hooks']
)
