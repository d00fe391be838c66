"""Comparisons: variants of a config over folds and seeds."""

from lanedet_mm.experiments.ablation_run import AblationRun
from lanedet_mm.experiments.ablation_spec import AblationSpec
from lanedet_mm.experiments.difference_table import difference_table
from lanedet_mm.experiments.result_log import ResultLog
from lanedet_mm.experiments.result_table import result_table
from lanedet_mm.experiments.run_ablation import Execute, run_ablation
from lanedet_mm.experiments.run_in_threads import run_in_threads
from lanedet_mm.experiments.run_on_ray import run_on_ray

__all__ = [
    'AblationRun',
    'AblationSpec',
    'Execute',
    'ResultLog',
    'difference_table',
    'result_table',
    'run_ablation',
    'run_in_threads',
    'run_on_ray',
]
