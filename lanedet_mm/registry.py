"""Our registry nodes, each a child of mmseg's: a type not found here is looked up there.

With `default_scope = 'lanedet_mm'` a config names our types and mmseg's without a prefix.
"""

import contextlib
import io
from importlib import import_module

from mmengine.registry import Registry
from mmseg import registry as mmseg

with contextlib.redirect_stdout(io.StringIO()):
    import_module('mmseg.datasets')  # prints which optional readers are not installed
    import_module('mmpretrain.registry')  # so that `mmpretrain.TYPE` is found


def _child(parent: Registry, *locations: str) -> Registry:
    """A node below mmseg's; `locations` are the modules of ours that register into it.

    A look-up imports the locations of the node alone that it starts from, so that ours has to
    bring mmseg's along.
    """
    return Registry(
        parent.name,
        parent=parent,
        scope='lanedet_mm',
        locations=[*parent._locations, *(f'lanedet_mm.{location}' for location in locations)],
    )


DATA_SAMPLERS = _child(mmseg.DATA_SAMPLERS, 'datasets.samplers')
DATASETS = _child(mmseg.DATASETS, 'datasets')
HOOKS = _child(mmseg.HOOKS, 'engine.hooks', 'deploy.export_hook')
METRICS = _child(mmseg.METRICS, 'evaluation.metrics')
MODELS = _child(mmseg.MODELS, 'models')
OPTIM_WRAPPER_CONSTRUCTORS = _child(
    mmseg.OPTIM_WRAPPER_CONSTRUCTORS, 'engine.optim_wrapper_constructors'
)
OPTIM_WRAPPERS = _child(mmseg.OPTIM_WRAPPERS, 'engine.optim_wrappers')
TRANSFORMS = _child(mmseg.TRANSFORMS, 'datasets.transforms')

# Ours alone: what tools/collect_unlabeled.py collects from.
UNLABELED_SOURCES = Registry(
    'unlabeled source', scope='lanedet_mm', locations=['lanedet_mm.collection.sources']
)

# Nothing of ours yet; mmengine warns at each look-up when a scope lacks a node.
EVALUATOR = _child(mmseg.EVALUATOR)
INFERENCERS = _child(mmseg.INFERENCERS)
LOG_PROCESSORS = _child(mmseg.LOG_PROCESSORS)
LOOPS = _child(mmseg.LOOPS)
MODEL_WRAPPERS = _child(mmseg.MODEL_WRAPPERS)
OPTIMIZERS = _child(mmseg.OPTIMIZERS)
PARAM_SCHEDULERS = _child(mmseg.PARAM_SCHEDULERS)
RUNNERS = _child(mmseg.RUNNERS)
RUNNER_CONSTRUCTORS = _child(mmseg.RUNNER_CONSTRUCTORS)
TASK_UTILS = _child(mmseg.TASK_UTILS)
VISBACKENDS = _child(mmseg.VISBACKENDS)
VISUALIZERS = _child(mmseg.VISUALIZERS)
WEIGHT_INITIALIZERS = _child(mmseg.WEIGHT_INITIALIZERS)
