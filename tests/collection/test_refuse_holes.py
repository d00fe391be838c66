import numpy as np
import pytest

from lanedet_mm.collection.nothing_here_error import NothingHereError
from lanedet_mm.collection.refuse_holes import refuse_holes


@pytest.mark.parametrize('holes', [0, 1, 9])
def test_less_than_one_percent_is_let_pass(holes: int) -> None:
    refuse_holes(np.arange(1000).reshape(20, 50) >= holes, 'it')


@pytest.mark.parametrize(('holes', 'share'), [(10, '1%'), (250, '25%'), (1000, '100%')])
def test_more_is_refused_with_its_share(holes: int, share: str) -> None:
    with pytest.raises(NothingHereError, match=f'^{share} of the window has no data$'):
        refuse_holes(np.arange(1000).reshape(20, 50) >= holes, 'the window')
