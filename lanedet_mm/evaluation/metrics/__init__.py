"""Metrics that runners call."""
