"""One record a tile: what it adds to any table."""
