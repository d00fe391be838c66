"""Pictures of truth and prediction."""
