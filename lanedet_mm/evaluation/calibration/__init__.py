"""Whether a model is as often right as it says."""
