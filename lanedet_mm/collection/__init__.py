"""Unlabeled tiles of many sources in one folder with one manifest."""
