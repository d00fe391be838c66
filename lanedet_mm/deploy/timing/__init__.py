"""How long models take: each in a process of its own, all in turns."""
