"""From a checkpoint to a file that runs without PyTorch, compared with it, timed and opened."""
