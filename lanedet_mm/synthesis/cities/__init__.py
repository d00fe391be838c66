"""One style a file: the seven cities of AEL."""
