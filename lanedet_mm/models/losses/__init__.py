"""Losses: a pure function and a thin module each."""

from lanedet_mm.models.losses.dice_focal_loss import DiceFocalLoss, class_dice, focal_loss

__all__ = ['DiceFocalLoss', 'class_dice', 'focal_loss']
