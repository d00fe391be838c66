"""Aerial photographs of annotations: ground, road, paint, traffic, buildings, sun, sensor."""
