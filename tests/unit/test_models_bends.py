"""Is a turn found where there is one, and none where a line only flattens?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from seglib.errors import UndefinedMeasureError
from seglib.models import bends
from seglib.models.areas import Question
from seglib.models.bends import two_lines


def areas(seed: int, curve, noise: float = 0.3, n_units: int = 80) -> pd.DataFrame:
    """Areas on a curve of mixture, a control that goes with mixture, and chance."""
    rng = np.random.default_rng(seed)
    mixed = rng.uniform(0, 1, n_units)
    poor = mixed + rng.normal(size=n_units)
    home = curve(mixed) - 0.5 * poor + noise * rng.normal(size=n_units)
    frame = pd.DataFrame({"mixed": mixed, "poor": poor, "home": home})
    return frame.assign(persons=rng.integers(1, 9, n_units))


def tent(mixed):
    return -3 * np.abs(mixed - 0.6)


ASKED = Question(areas(1, tent), "home", "mixed", ("poor",))


class TestTwoLines:
    @pytest.mark.parametrize(("side", "shape"), [(1, "inverted u"), (-1, "u")])
    def test_a_tent_turns_at_its_top(self, side, shape):
        frame = areas(2, lambda mixed: side * tent(mixed))
        found = two_lines(replace(ASKED, frame=frame))
        assert found.turned
        assert found.shape == shape
        assert found.break_at == pytest.approx(0.6, abs=0.1)
        for line, slope in ((found.below, 3 * side), (found.above, -3 * side)):
            assert line.value == pytest.approx(slope, abs=3 * line.standard_error)

    @pytest.mark.parametrize("weights", [None, "persons"])
    def test_lines_are_those_of_statsmodels_at_the_break(self, weights):
        found = two_lines(replace(ASKED, weights=weights))
        frame, at = ASKED.frame, found.break_at
        heavy = frame[weights] if weights else np.ones(len(frame))
        for column, line, above in (
            ("below", found.below, frame["mixed"] > at),
            ("above", found.above, frame["mixed"] >= at),
        ):
            x = pd.DataFrame({"below": np.where(above, 0, frame["mixed"] - at)})
            x["above"] = np.where(above, frame["mixed"] - at, 0)
            x["jump"], x["poor"], x["one"] = above.astype(float), frame["poor"], 1.0
            fit = sm.WLS(frame["home"], x, weights=heavy).fit(cov_type="HC3", use_t=True)
            assert line.value == pytest.approx(fit.params[column], rel=1e-8)
            assert line.standard_error == pytest.approx(fit.bse[column], rel=1e-8)
            assert line.p_value == pytest.approx(fit.pvalues[column], rel=1e-6)

    def test_the_break_gives_areas_to_the_weaker_line(self):
        """The rule written out from its words, on the flat part of the curve."""
        found, design = two_lines(ASKED), ASKED.design()
        flat = np.sort(bends._flat(design, 1.0))
        middle = (flat[(len(flat) - 1) // 2] + flat[len(flat) // 2]) / 2
        first, second = (abs(value / error) for value, error, _ in bends._broken(design, middle))
        place = second / (first + second) * (len(flat) - 1)
        whole, part = int(place), place - int(place)
        assert first > second  # so the break lies left of the middle
        assert found.break_at == pytest.approx(flat[whole] * (1 - part) + flat[whole + 1] * part)
        assert found.break_at < middle

    def test_a_convex_rise_is_searched_for_a_top(self):
        """The turn is that of a quadratic's slope at the least value, whatever its bend."""
        frame = areas(5, lambda mixed: 2 * mixed + 2 * mixed**2, noise=0.1)
        found = two_lines(replace(ASKED, frame=frame))
        assert (found.shape, found.turned) == ("inverted u", False)

    def test_the_flat_part_lies_within_one_standard_error_of_the_top(self):
        design = ASKED.design()
        values = design.x[:, 1]
        curve, error = bends._smooth(design)
        inner = sorted(range(80), key=lambda row: values[row])[8:72]  # the middle 80 percent
        top = max(curve[row] for row in inner)
        expected = {values[row] for row in inner if top - curve[row] <= error[row]}
        assert set(bends._flat(design, 1.0)) == expected

    def test_an_area_at_the_break_belongs_to_each_line_in_turn(self):
        frame = ASKED.frame
        at = float(np.sort(frame["mixed"])[40])
        for column, above in enumerate((frame["mixed"] > at, frame["mixed"] >= at)):
            assert above.sum() == 39 + column
            x = np.column_stack([np.ones(80), above, frame["poor"]])
            sides = [
                np.where(above, 0, frame["mixed"] - at),
                np.where(above, frame["mixed"] - at, 0),
            ]
            fit = sm.OLS(frame["home"].to_numpy(), np.column_stack([x, *sides])).fit()
            found = bends._broken(ASKED.design(), at)[column]
            assert found[0] == pytest.approx(fit.params[3 + column], rel=1e-8)

    def test_a_curve_that_flattens_is_no_turn_though_a_quadratic_says_so(self):
        """At most one in twenty, Simonsohn's point; 150 draws of the logarithm."""
        turned = bowed = 0
        for seed in range(150):
            frame = areas(100 + seed, lambda mixed: np.log(mixed + 0.05), noise=0.6)
            turned += two_lines(replace(ASKED, frame=frame)).turned
            x = np.column_stack([np.ones(80), frame["mixed"], frame["mixed"] ** 2, frame["poor"]])
            fit = sm.OLS(frame["home"].to_numpy(), x).fit()
            bowed += fit.pvalues[2] < 0.05 and -fit.params[1] / fit.params[2] / 2 < 1
        assert turned / 150 <= 0.05 + 3 * (0.05 * 0.95 / 150) ** 0.5
        assert bowed / 150 > 0.5

    def test_nothing_is_no_turn(self):
        turned = sum(
            two_lines(replace(ASKED, frame=areas(400 + seed, lambda mixed: 0 * mixed))).turned
            for seed in range(100)
        )
        assert turned <= 5 + 3 * (100 * 0.05 * 0.95) ** 0.5


class TestSmoothCurve:
    def test_a_straight_line_stays_straight_with_the_error_of_least_squares(self):
        frame = areas(3, lambda mixed: 2 * mixed, noise=0.3)
        design = replace(ASKED, frame=frame, controls=()).design()
        curve, error = bends._smooth(design)
        line = sm.OLS(design.y, design.x).fit()
        stiff = np.abs(curve - line.fittedvalues).max()
        assert stiff < 3 * error.max()
        expected = np.sqrt(((design.x @ line.cov_params()) * design.x).sum(axis=1))
        assert np.median(error / expected) == pytest.approx(1, abs=0.5)

    def test_a_wave_is_followed(self):
        frame = areas(4, lambda mixed: np.sin(6 * mixed), noise=0.05, n_units=200)
        design = replace(ASKED, frame=frame).design()
        curve, _ = bends._smooth(design)
        wave = np.sin(6 * frame["mixed"])
        assert np.std(curve - wave) < 0.03

    def test_the_band_holds_the_truth_on_average(self):
        held = []
        for seed in range(60):
            frame = areas(500 + seed, tent, n_units=150)
            design = replace(ASKED, frame=frame).design()
            curve, error = bends._smooth(design)
            truth = tent(frame["mixed"]) - 0.5 * frame["poor"].mean()
            held.append(np.mean(np.abs(curve - truth) < 2 * error))
        assert 0.88 < np.mean(held) < 0.99


class TestRefusals:
    def test_few_values_are_refused(self):
        frame = ASKED.frame.assign(mixed=ASKED.frame["mixed"].round(1).clip(0.2, 0.8))
        with pytest.raises(UndefinedMeasureError, match="8 values of 'mixed' or more, there are 7"):
            two_lines(replace(ASKED, frame=frame))

    def test_one_value_nearly_everywhere_is_refused(self):
        frame = ASKED.frame.copy()
        frame.loc[8:, "mixed"] = frame["mixed"].max()
        with pytest.raises(
            UndefinedMeasureError, match="'mixed' in the middle 80 percent or more, there are 0"
        ):
            two_lines(replace(ASKED, frame=frame))

    def test_a_break_at_the_edge_of_the_values_is_refused(self):
        frame = ASKED.frame.copy()
        frame["mixed"] = frame["mixed"].round(2).clip(upper=0.5) + (frame.index % 40 == 0)
        frame["home"] = frame["mixed"]
        frame.loc[::40, "home"] = -5.0
        with pytest.raises(UndefinedMeasureError, match=r"on each side of 0\.49"):
            two_lines(replace(ASKED, frame=frame, controls=()))
