"""Two models on the same tiles."""
