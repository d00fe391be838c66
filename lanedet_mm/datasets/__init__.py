"""Data sets and what turns their files into samples."""
