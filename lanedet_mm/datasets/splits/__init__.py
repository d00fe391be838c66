"""Splits of the tiles, and how much of one side's ground another side has seen."""
