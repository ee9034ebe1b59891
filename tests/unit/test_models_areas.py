"""Do slopes between areas and their intervals say what the data say?"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from seglib.errors import ParameterError, SetupError, UndefinedMeasureError
from seglib.models.areas import Question, extra, fit_areas, within_areas
from seglib.sources.area_figures import load_figures
from seglib.sources.load import load_counts
from seglib.sources.rotterdam import load_units

HAND = pd.DataFrame({"home": [9, 8, 6, 6, 4.0], "mixed": [0, 1, 2, 3, 4.0]})


def city(seed: int, n_units: int = 70) -> pd.DataFrame:
    """Areas whose outcome varies more where they are more mixed."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n_units, 3)), columns=["mixed", "poor", "rent"])
    frame["poor"] += 0.8 * frame["mixed"]
    noise = rng.normal(size=n_units) * (1 + frame["mixed"].abs())
    frame["home"] = 6 - 0.5 * frame["mixed"] - 0.3 * frame["poor"] + noise
    frame["persons"] = rng.integers(100, 9000, n_units)
    frame["unit_code"] = [f"B{row:02d}" for row in range(n_units)]
    return frame


def exact_hc3(x: list[int], y: list[int]) -> tuple[Fraction, Fraction]:
    """Slope and squared HC3 error of one predictor, in fractions by the textbook."""
    n_units = len(x)
    mean_x, mean_y = Fraction(sum(x), n_units), Fraction(sum(y), n_units)
    squares = sum((one - mean_x) ** 2 for one in x)
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / squares
    total = Fraction(0)
    for a, b in zip(x, y, strict=True):
        leverage = Fraction(1, n_units) + (a - mean_x) ** 2 / squares
        residual = b - mean_y - slope * (a - mean_x)
        total += ((a - mean_x) * residual / (1 - leverage)) ** 2
    return slope, total / squares**2


class TestSlopes:
    def test_a_small_table_worked_by_hand(self):
        found = fit_areas(Question(HAND, "home", "mixed"))
        slope, variance = exact_hc3([0, 1, 2, 3, 4], [9, 8, 6, 6, 4])
        assert slope == Fraction(-6, 5)
        assert found["slope"].value == pytest.approx(float(slope), abs=1e-12)
        assert found["slope"].standard_error == pytest.approx(float(variance) ** 0.5, abs=1e-12)
        # 3.182446 is the t of Student's table for 3 degrees of freedom
        half = 3.182446 * float(variance) ** 0.5
        assert found["slope"].high - found["slope"].value == pytest.approx(half, rel=1e-6)
        # 1 - 0.4 / 15.2 - ...: residuals are 0, 0.2, -0.6, 0.6, -0.2
        assert found["r_squared"].value == pytest.approx(1 - 0.8 / 15.2, abs=1e-12)

    @pytest.mark.parametrize("robust", ["HC3", "classical"])
    @pytest.mark.parametrize("weights", [None, "persons"])
    @pytest.mark.parametrize("seed", range(5))
    def test_equals_statsmodels(self, seed, weights, robust):
        frame = city(seed)
        found = fit_areas(
            Question(frame, "home", "mixed", ("poor", "rent"), weights, 0.9), robust=robust
        )
        model = sm.WLS(
            frame["home"],
            sm.add_constant(frame[["mixed", "poor", "rent"]]),
            weights=frame[weights] if weights else 1.0,
        )
        kind = {"classical": "nonrobust"}.get(robust, robust)
        fit = model.fit(cov_type=kind, use_t=True)
        slope = found["slope"]
        assert slope.value == pytest.approx(fit.params["mixed"], rel=1e-8)
        assert slope.standard_error == pytest.approx(fit.bse["mixed"], rel=1e-8)
        assert slope.p_value == pytest.approx(fit.pvalues["mixed"], rel=1e-8)
        low, high = fit.conf_int(alpha=0.1).loc["mixed"]
        assert (slope.low, slope.high) == (pytest.approx(low), pytest.approx(high))
        assert found["r_squared"].value == pytest.approx(fit.rsquared, rel=1e-8)

    @pytest.mark.parametrize("weights", [None, "persons"])
    def test_the_standardised_slope_of_one_predictor_is_the_correlation(self, weights):
        frame = city(3)
        found = fit_areas(Question(frame, "home", "mixed", weights=weights))["slope_sd"]
        heavy = frame[weights] if weights else None
        covariance = np.cov(frame["home"], frame["mixed"], aweights=heavy)
        expected = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
        assert found.value == pytest.approx(expected, abs=1e-12)

    @given(st.floats(0.01, 100), st.floats(-50, 50), st.floats(0.01, 100))
    def test_units_of_measurement_move_the_raw_slope_only(self, factor, shift, size):
        frame = city(4, 20)
        before = fit_areas(Question(frame, "home", "mixed", ("poor",)))
        frame["mixed"] = factor * frame["mixed"] + shift
        frame["home"] = size * frame["home"]
        after = fit_areas(Question(frame, "home", "mixed", ("poor",)))
        raw = before["slope"].value * size / factor
        assert after["slope"].value == pytest.approx(raw, rel=1e-6)
        for field in ("value", "low", "high"):
            expected = getattr(before["slope_sd"], field)
            assert getattr(after["slope_sd"], field) == pytest.approx(expected, rel=1e-6)

    def test_weights_count_as_that_many_areas(self):
        frame = city(5, 12)
        frame["times"] = 1 + np.arange(12) % 3
        repeated = frame.loc[frame.index.repeat(frame["times"])].drop(columns="unit_code")
        weighted = fit_areas(Question(frame, "home", "mixed", weights="times"))["slope"]
        assert weighted.value == pytest.approx(
            fit_areas(Question(repeated, "home", "mixed"))["slope"].value, abs=1e-12
        )

    def test_an_interval_by_hc3_holds_the_truth_as_often_as_it_says(self):
        held = 0
        for seed in range(200):
            frame = city(1000 + seed)
            slope = fit_areas(Question(frame, "home", "mixed", ("poor", "rent")))["slope"]
            held += slope.low <= -0.5 <= slope.high
        assert held / 200 == pytest.approx(0.95, abs=3 * (0.95 * 0.05 / 200) ** 0.5)

    def test_an_area_without_a_figure_or_weight_is_left_out(self):
        frame = city(6, 12)
        frame.loc[3, "poor"] = np.nan
        frame.loc[5, "persons"] = 0
        asked = Question(frame, "home", "mixed", ("poor",), "persons")
        kept = replace(asked, frame=frame.drop(index=[3, 5]))
        assert fit_areas(asked)["slope"] == fit_areas(kept)["slope"]
        assert fit_areas(asked)["slope"].n_units == 10
        assert set(frame["unit_code"]) - set(asked.design().units) == {"B03", "B05"}

    def test_every_number_has_an_interval_or_a_reason(self):
        assert fit_areas(Question(city(7), "home", "mixed")).certain


def rotterdam(year: int) -> pd.DataFrame:
    """Buurten of the survey: at home with neighbours, mixture of origins in 2015, and context."""
    table = load_counts("Rotterdam", 2015, level="buurt", source="cbs-wijkbuurt-2015")
    row_of = {code: row for row, code in enumerate(table.units)}
    frame = load_units().set_index("unit_code")
    persons = np.array([table.counts[[row_of[c] for c in one]].sum(0) for one in frame["cbs_2015"]])
    frame["mixed"] = 1 - ((persons / persons.sum(1, keepdims=True)) ** 2).sum(1)
    items = {"rotterdam-wijkprofiel": (year, ["ThuisVoelen_p", "GoedeOmgangEtnischeGroepen_p"])}
    items["rotterdam-context"] = (2015, ["laagste_40pct", "soc_huur"])
    for source, (when, names) in items.items():
        figures = load_figures(source, when, names).query("level == 'buurt'")
        frame = frame.join(figures.pivot(index="unit_code", columns="item", values="value"))
    return frame


class TestRotterdam:
    """Against what was first seen in these files, before any of this was written."""

    @pytest.mark.parametrize("year", [2014, 2016])
    def test_more_mixed_buurten_feel_less_at_home_with_neighbours(self, year):
        asked = Question(rotterdam(year), "ThuisVoelen_p", "mixed")
        raw = fit_areas(asked)["slope_sd"]
        assert raw.value == pytest.approx(-0.77, abs=0.02)
        held = fit_areas(replace(asked, controls=("laagste_40pct", "soc_huur")))["slope"]
        # the partial correlation follows from the t-value of classical least squares
        plain = fit_areas(
            replace(asked, controls=("laagste_40pct", "soc_huur")), robust="classical"
        )["slope"]
        t = plain.value / plain.standard_error
        assert -0.60 < t / np.sqrt(t**2 + held.n_units - 4) < -0.50

    @pytest.mark.parametrize("year", [2014, 2016])
    def test_good_contact_between_origins_goes_the_other_way(self, year):
        asked = Question(rotterdam(year), "GoedeOmgangEtnischeGroepen_p", "mixed")
        assert fit_areas(asked)["slope_sd"].low > 0


class TestRefusals:
    @pytest.mark.parametrize(
        ("changes", "error", "words"),
        [
            ({"outcome": "homes"}, ParameterError, "'homes'.*home"),
            ({"weights": "heavy"}, ParameterError, "'heavy'"),
            ({"weights": "below"}, ParameterError, "'below'.*-1"),
            ({"level": 95}, ParameterError, "95"),
            ({"outcome": "same"}, UndefinedMeasureError, "'same'"),
            ({"controls": ("twice",)}, UndefinedMeasureError, "'twice'"),
            ({"predictor": "same"}, UndefinedMeasureError, "'same'"),
            ({"predictor": "nothing"}, UndefinedMeasureError, "there are 0"),
            ({"controls": ("only",)}, UndefinedMeasureError, "B07"),
        ],
    )
    def test_what_cannot_serve_is_refused_by_name(self, changes, error, words):
        frame = city(8, 10)
        frame["same"], frame["nothing"], frame["below"] = 4.0, np.nan, -1.0
        frame["twice"], frame["only"] = 2 * frame["mixed"], frame["unit_code"].eq("B07")
        with pytest.raises(error, match=words):
            fit_areas(replace(Question(frame, "home", "mixed"), **changes))

    def test_as_many_coefficients_as_areas_are_too_many(self):
        with pytest.raises(UndefinedMeasureError, match="more than 4"):
            fit_areas(Question(city(8, 4), "home", "mixed", ("poor", "rent")))

    def test_a_missing_package_says_which_extra_brings_it(self):
        with pytest.raises(SetupError, match="extra 'models'"):
            extra("no_such_package_of_models")


class TestWithin:
    def panel(self, changes: list[float], band: float) -> pd.DataFrame:
        """Two years in which home falls by 3 times the change of mixed, and by 2 everywhere."""
        n_units = len(changes)
        mixed = np.concatenate([np.arange(n_units), np.arange(n_units) + changes]).astype(float)
        frame = pd.DataFrame({"unit_code": [f"B{row}" for row in range(n_units)] * 2})
        frame["year"] = np.repeat([2014, 2016], n_units)
        frame["mixed"], frame["lower"], frame["upper"] = mixed, mixed - band, mixed + band
        level = np.tile(np.arange(n_units) ** 2.0, 2)  # what areas differ in does not matter
        frame["home"] = level - 3 * mixed - 2.0 * (frame["year"] == 2016)
        frame["home"] += np.resize([0, 0, 0.1, -0.1], 2 * n_units) * (frame["year"] == 2016)
        return frame

    def test_change_on_change_forgets_what_areas_keep(self):
        frame = self.panel([1, 1, 2, 2, 3, 3, 4, 4], band=0.2)
        within = within_areas(Question(frame, "home", "mixed"), lower="lower", upper="upper")
        assert (within.n_moved, within.n_units, within.reason) == (8, 8, "")
        assert within.estimate.value == pytest.approx(-3, abs=0.1)
        assert "2014-2016" in within.estimate.method
        changes = np.array([1, 1, 2, 2, 3, 3, 4, 4.0])
        wobble = np.resize([0, 0, 0.1, -0.1], 8)
        fit = sm.OLS(-3 * changes - 2 + wobble, sm.add_constant(changes))
        expected = fit.fit(cov_type="HC3")
        assert within.estimate.value == pytest.approx(expected.params[1], abs=1e-10)
        assert within.estimate.standard_error == pytest.approx(expected.bse[1], rel=1e-8)

    @pytest.mark.parametrize(("moved", "told"), [(3, False), (4, True), (5, True)])
    def test_half_of_the_areas_need_to_change_by_more_than_rounding(self, moved, told):
        changes = [2.0 + 0.1 * row for row in range(moved)] + [0.3] * (8 - moved)
        frame = self.panel(changes, band=0.5)
        within = within_areas(Question(frame, "home", "mixed"), lower="lower", upper="upper")
        assert within.n_moved == moved
        assert (within.estimate is not None) == told
        assert (f"in {moved} of 8 areas" in within.reason) == (not told)

    def test_a_change_that_just_fills_its_rounding_is_no_change(self):
        frame = self.panel([1.0] * 8, band=0.5)
        within = within_areas(Question(frame, "home", "mixed"), lower="lower", upper="upper")
        assert (within.estimate, within.n_moved) == (None, 0)

    def test_weights_are_those_of_the_later_year(self):
        frame = self.panel([1, 1, 2, 2, 3, 3, 4, 4], band=0.2)
        frame["persons"] = [1.0] * 8 + [1, 2, 3, 4, 5, 6, 7, 8]
        asked = Question(frame, "home", "mixed", weights="persons")
        within = within_areas(asked, lower="lower", upper="upper").estimate
        later = frame[frame["year"] == 2016]
        by_hand = pd.DataFrame({"mixed": [1, 1, 2, 2, 3, 3, 4, 4.0]})
        by_hand["home"] = -3 * by_hand["mixed"] - 2 + np.resize([0, 0, 0.1, -0.1], 8)
        by_hand["persons"] = later["persons"].to_numpy()
        expected = fit_areas(Question(by_hand, "home", "mixed", weights="persons"))["slope"]
        assert within.value == pytest.approx(expected.value, abs=1e-10)

    def test_other_than_two_years_or_an_area_twice_is_refused(self):
        frame = self.panel([1.0] * 8, band=0.1)
        with pytest.raises(ParameterError, match="'bottom'"):
            within_areas(Question(frame, "home", "mixed"), lower="bottom", upper="upper")
        for wrong in (frame[frame["year"] == 2014], pd.concat([frame, frame[:1]])):
            with pytest.raises(ParameterError, match="two years"):
                within_areas(Question(wrong, "home", "mixed"), lower="lower", upper="upper")
