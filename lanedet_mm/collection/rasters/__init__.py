"""Orthophotos: where their pixels lie, and which roads pass them."""
