"""Students that learn from a teacher."""

from lanedet_mm.models.distillers.frozen_teacher import FrozenTeacher
from lanedet_mm.models.distillers.head_output import HeadOutput
from lanedet_mm.models.distillers.pseudo_labels import with_pseudo_labels
from lanedet_mm.models.distillers.segmentor_distiller import SegmentorDistiller

__all__ = ['FrozenTeacher', 'HeadOutput', 'SegmentorDistiller', 'with_pseudo_labels']
