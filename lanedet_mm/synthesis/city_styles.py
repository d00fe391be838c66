"""The seven cities of AEL as styles."""

from lanedet_mm.synthesis.cities.aucamville import AUCAMVILLE
from lanedet_mm.synthesis.cities.cairo import CAIRO
from lanedet_mm.synthesis.cities.glasgow import GLASGOW
from lanedet_mm.synthesis.cities.gopeng import GOPENG
from lanedet_mm.synthesis.cities.nevada import NEVADA
from lanedet_mm.synthesis.cities.sao_paulo import SAO_PAULO
from lanedet_mm.synthesis.cities.valencia import VALENCIA

CITY_STYLES = {
    style.name: style for style in (VALENCIA, CAIRO, AUCAMVILLE, GLASGOW, GOPENG, NEVADA, SAO_PAULO)
}
