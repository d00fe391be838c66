"""Comparisons: variants of a config over folds and seeds."""

from lanedet_mm.experiments.ablation_spec import AblationRun, AblationSpec
from lanedet_mm.experiments.result_log import ResultLog
from lanedet_mm.experiments.result_table import result_table
from lanedet_mm.experiments.run_ablation import run_ablation

__all__ = ['AblationRun', 'AblationSpec', 'ResultLog', 'result_table', 'run_ablation']
