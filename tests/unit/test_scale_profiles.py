"""Does a profile say how far segregation reaches?"""

from __future__ import annotations

import numpy as np
import pytest

from seglib.errors import SeglibError
from seglib.result import Profile


def test_the_macro_micro_ratio_is_that_of_two_values():
    found = Profile("H", (500, 1000, 4000), np.array([0.4, 0.3, 0.1]), "bandwidth_m")
    assert found.at(1000) == 0.3
    assert found.ratio(4000, 500) == 0.1 / 0.4


def test_a_ratio_needs_scales_of_the_profile_and_a_value_above_0():
    found = Profile("H", (500, 4000), np.array([0.0, 0.1]), "bandwidth_m")
    with pytest.raises(SeglibError, match="no bandwidth_m 700. It has 500, 4000"):
        found.ratio(4000, 700)
    with pytest.raises(SeglibError, match="needs H above 0 at bandwidth_m 500, it is 0"):
        found.ratio(4000, 500)
