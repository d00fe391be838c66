"""What makes a city look, and its roads run, as they do: ranges that every tile draws from."""

from dataclasses import dataclass

Rgb = tuple[int, int, int]
Range = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class CityStyle:
    """Looks and road habits of one city; the seven of AEL are in `city_styles.CITY_STYLES`.

    Colours are sRGB in sunlight, 0-255; a pair of numbers is a range that tiles draw from;
    a weight or share lies in [0, 1].

    Attributes:
        name: Name of the city, as in `lanedet_mm.lanes.cities`.
        latitude_deg: Latitude of its centre.
        longitude_deg: Longitude of its centre.
        drives_on_left: Side of the road.
        lane_width_m: Distance between neighbouring lane lines.
        block_m: Distance between neighbouring streets.
        lanes_per_direction: Weights of 1, 2, 3, ... lanes in a direction.
        motorway_share: Share of the roads that are motorways.
        roundabout_share: Share of the junctions that are roundabouts.
        yellow_centre_share: Share of the centre lines that are yellow.
        double_centre_share: Share of the centre lines that are double.
        edge_line_share: Share of the roads with painted edge lines.
        curvature: 0 is a grid of straight streets, 1 is all bends.
        dash_patterns_m: (mark, gap) of dashed lines on streets.
        motorway_dash_m: (mark, gap) of dashed lines on motorways.
        line_width_m: Width of painted lines.
        paint_cover: Share of the asphalt that paint still covers on a line, from the most worn to
            fresh.
        asphalt_rgb: Colours of sunlit asphalt, from dark and fresh to bleached.
        concrete_rgb: Colours of concrete: carriageways, sidewalks, kerbs.
        concrete_road_share: Share of the tiles whose carriageways are concrete.
        crack_seal_share: Share of the tiles whose asphalt has sealed cracks.
        grass_rgb: Colours of grass.
        soil_rgb: Colours of bare ground.
        green_share: Share of the open ground that is green.
        paved_share: Share of the open ground that is paved.
        foliage_rgb: Colours of tree crowns.
        trees_per_ha: Number of trees in a hectare.
        palm_share: Share of the trees that are palms.
        flat_roof_rgb: Colours of flat roofs.
        pitched_roof_rgb: Colours of pitched roofs.
        pitched_share: Share of the roofs that are pitched.
        building_share: Share of the open ground that is built on.
        building_height_m: Height of buildings.
        building_side_m: Length of the sides of buildings.
        vehicles: 0 is empty streets, 1 is full ones.
        parking_lot_share: Share of the lots that are car parks.
        sun_elevation_deg: Height of the sun.
        overcast_share: Share of the tiles in dull light without hard shadows.
        haze: How much of the contrast is lost in the air.
        warmth: Colour cast, from blue (-1) to yellow (1).
        saturation: Factor on the distance from grey.
    """

    name: str
    latitude_deg: float
    longitude_deg: float
    drives_on_left: bool
    lane_width_m: Range
    block_m: Range
    lanes_per_direction: tuple[float, ...]
    motorway_share: float
    roundabout_share: float
    yellow_centre_share: float
    double_centre_share: float
    edge_line_share: float
    curvature: float
    dash_patterns_m: tuple[Range, ...]
    motorway_dash_m: Range
    line_width_m: Range
    paint_cover: Range
    asphalt_rgb: tuple[Rgb, ...]
    concrete_rgb: tuple[Rgb, ...]
    concrete_road_share: float
    crack_seal_share: float
    grass_rgb: tuple[Rgb, ...]
    soil_rgb: tuple[Rgb, ...]
    green_share: float
    paved_share: float
    foliage_rgb: tuple[Rgb, ...]
    trees_per_ha: Range
    palm_share: float
    flat_roof_rgb: tuple[Rgb, ...]
    pitched_roof_rgb: tuple[Rgb, ...]
    pitched_share: float
    building_share: float
    building_height_m: Range
    building_side_m: Range
    vehicles: Range
    parking_lot_share: float
    sun_elevation_deg: Range
    overcast_share: float
    haze: Range
    warmth: Range
    saturation: Range
