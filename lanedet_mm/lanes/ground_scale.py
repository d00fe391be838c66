"""Web Mercator (EPSG:3857) and the ground: one Mercator metre is cos(latitude) ground metres."""

import math

EARTH_RADIUS_M = 6378137.0  # of the sphere that EPSG:3857 projects


def latitude_deg(y_m: float) -> float:
    """Latitude in degrees of a Web Mercator northing in metres."""
    return math.degrees(2 * math.atan(math.exp(y_m / EARTH_RADIUS_M)) - math.pi / 2)


def mercator_y(lat_deg: float) -> float:
    """Web Mercator northing in metres of a latitude in degrees, in (-90, 90)."""
    return EARTH_RADIUS_M * math.log(math.tan(math.pi / 4 + math.radians(lat_deg) / 2))


def mercator_x(lon_deg: float) -> float:
    """Web Mercator easting in metres of a longitude in degrees."""
    return EARTH_RADIUS_M * math.radians(lon_deg)


def ground_scale(y_m: float) -> float:
    """Ground metres in one Mercator metre at a northing: cos(latitude) = sech(y / R), in (0, 1]."""
    return 1 / math.cosh(y_m / EARTH_RADIUS_M)
