"""Metrics that runners call."""

from lanedet_mm.evaluation.metrics.lane_iou_metric import LaneIoUMetric
from lanedet_mm.evaluation.metrics.lane_line_metric import LaneLineMetric

__all__ = ['LaneIoUMetric', 'LaneLineMetric']
