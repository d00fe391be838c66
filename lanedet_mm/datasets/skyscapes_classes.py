"""The classes of SkyScapes-Lane, and what they are in AEL's sense: data, not code."""

from dataclasses import dataclass

SKYSCAPES_GSD_M = 0.13


@dataclass(frozen=True)
class SkyScapesClass:
    """One class of SkyScapes-Lane; its index is its place in `SKYSCAPES_LANE_CLASSES`.

    Attributes:
        name: As published.
        rgb: Colour in the label images.
        ael: Class index in AEL's taxonomy `white`. Long lines are solid, both kinds of dash
            lines dashed. Arrows, crosswalks, stop lines, hatching and the like are background,
            not ignored: AEL draws lane lines alone, so on its tiles these markings are
            background too, and a model that paints them is wrong there.
    """

    name: str
    rgb: tuple[int, int, int]
    ael: int = 0


SKYSCAPES_LANE_CLASSES = (
    SkyScapesClass('Background', (0, 0, 0)),
    SkyScapesClass('Dash Line', (255, 0, 0), ael=2),
    SkyScapesClass('Long Line', (0, 0, 255), ael=1),
    SkyScapesClass('Small dash line', (255, 255, 0), ael=2),
    SkyScapesClass('Turn signs', (0, 255, 0)),
    SkyScapesClass('Other signs', (255, 128, 0)),
    SkyScapesClass('Plus sign on crossroads', (128, 0, 0)),
    SkyScapesClass('Crosswalk', (0, 255, 255)),
    SkyScapesClass('Stop line', (0, 128, 0)),
    SkyScapesClass('Zebra zone', (255, 0, 255)),
    SkyScapesClass('No parking zone', (0, 150, 150)),
    SkyScapesClass('Parking space', (200, 200, 0)),
    SkyScapesClass('Other lane-markings', (100, 0, 200)),
)
