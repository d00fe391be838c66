"""Lines as lines: centre lines, their distances, sums and scores, in ground metres."""
