"""One HTML file that says everything about an evaluation."""
