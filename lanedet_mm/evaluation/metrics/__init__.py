"""Metrics that runners call."""

from lanedet_mm.evaluation.metrics.lane_iou_metric import LaneIoUMetric

__all__ = ['LaneIoUMetric']
