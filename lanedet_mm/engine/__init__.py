"""What we hang into mmengine."""
