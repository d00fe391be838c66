"""From an image of any size to a mask of its size."""
