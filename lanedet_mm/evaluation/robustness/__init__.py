"""What weather, light and sensors cost a model."""
