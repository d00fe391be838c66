"""Rendered aerial photographs: road networks, city styles, scenes, the sensor. No torch, no MM."""
