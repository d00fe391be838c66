"""Road networks of our own: a city map in ground metres, and tiles of it as annotations."""
