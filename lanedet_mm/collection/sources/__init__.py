"""Sources of unlabeled tiles, one a file."""
