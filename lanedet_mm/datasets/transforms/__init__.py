"""From a tile and its polylines to a training sample."""
