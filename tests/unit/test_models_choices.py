"""Does a finding survive every choice, every area left out, and its rival?"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.outliers_influence import variance_inflation_factor

from seglib.errors import ParameterError, UndefinedMeasureError
from seglib.models.areas import Question, fit_areas
from seglib.models.choices import (
    Specification,
    joint_region,
    leave_one_out,
    specification_curve,
    subsets,
)
from seglib.models.space import nearest


def survey(seed: int, n_units: int = 70) -> pd.DataFrame:
    """Two years of areas with four outcomes, four measures of diversity and five controls."""
    rng = np.random.default_rng(seed)
    names = [f"{kind}{number}" for kind in ("home", "mixed") for number in range(4)]
    names += [f"held{number}" for number in range(5)]
    frame = pd.DataFrame(rng.normal(size=(2 * n_units, len(names))), columns=names)
    frame["home0"] -= 0.6 * frame["mixed0"]
    frame["mixed1"] = frame["mixed0"] + 0.3 * frame["mixed1"]
    frame["persons"] = rng.integers(100, 9000, 2 * n_units)
    frame["year"] = np.repeat([2014, 2016], n_units)
    frame["unit_code"] = [f"B{row:02d}" for row in range(n_units)] * 2
    return frame


CHOICES = {
    "outcome": ["home0", "home1", "home2", "home3"],
    "measure": ["mixed0", "mixed1", "mixed2", "mixed3"],
    "controls": subsets([f"held{number}" for number in range(5)]),
    "year": [2014, 2016],
    "weights": [None, "persons"],
}


class TestSpecificationCurve:
    def test_two_thousand_models_take_under_three_seconds(self):
        frame = survey(1)
        started = time.process_time()
        curve = specification_curve(frame, CHOICES)
        taken = time.process_time() - started
        assert len(curve) == 4 * 4 * 2**5 * 2 * 2 == 2048
        assert list(curve) == [Specification(*one) for one in product(*CHOICES.values())]
        assert curve.certain
        assert taken < 3

    @pytest.mark.parametrize("symbol", ["slope", "slope_sd"])
    def test_each_model_is_that_of_statsmodels(self, symbol):
        frame = survey(2)
        frame.loc[[3, 80], ["held1", "home2"]] = np.nan
        frame["home3"] = frame["home3"].round(1)
        curve = specification_curve(frame, CHOICES, symbol=symbol, level=0.9)
        for chosen in list(curve)[::101]:
            names = [chosen.outcome, chosen.measure, *chosen.controls]
            rows = frame[frame["year"] == chosen.year].dropna(subset=names)
            heavy = rows[chosen.weights] if chosen.weights else np.ones(len(rows))
            model = sm.WLS(rows[chosen.outcome], sm.add_constant(rows[names[1:]]), weights=heavy)
            fit = model.fit(cov_type="HC3", use_t=True)
            scale = 1.0
            if symbol == "slope_sd":
                spread = np.cov(rows[names[:2]].T, aweights=heavy).diagonal() ** 0.5
                scale = spread[1] / spread[0]
            found = curve[chosen]
            assert found.value == pytest.approx(scale * fit.params[chosen.measure], rel=1e-8)
            assert found.standard_error == pytest.approx(scale * fit.bse[chosen.measure], rel=1e-8)
            low, high = scale * fit.conf_int(alpha=0.1).loc[chosen.measure]
            assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
            assert (found.n_units, found.year) == (len(rows), chosen.year)

    def test_a_model_that_cannot_be_fitted_keeps_its_place_and_says_why(self):
        frame = survey(3, 12)
        frame.loc[frame["year"] == 2014, "home1"] = np.nan
        frame["twice"] = 2 * frame["mixed0"]
        choices = {
            "outcome": ["home0", "home1"],
            "measure": ["mixed0"],
            "controls": [(), ("twice",)],
            "year": [2014, 2016, 2030, None],
            "weights": [None, "persons"],
            "spatial": ["none", "error"],
        }
        table = specification_curve(frame, choices).to_frame()
        assert len(table) == 2 * 1 * 2 * 4 * 2 * 2
        reasons = table["reason"]
        assert (reasons.ne("") == table["value"].isna()).all()
        assert (reasons.eq("") == table["low"].notna()).all()
        plain = table["spatial"].eq("none")
        good = plain & table["controls"].map(len).eq(0) & table["year"].isin([2014, 2016])
        good &= ~(table["outcome"].eq("home1") & table["year"].eq(2014))
        assert (reasons.eq("") == good).all()
        assert reasons[plain & table["year"].isna()].str.contains("several years").all()
        assert reasons[plain & table["year"].eq(2030)].str.contains("there are 0").all()
        told = plain & table["controls"].map(len).eq(1) & table["year"].eq(2016)
        assert reasons[told].str.contains("'twice' follows").all()
        alone = ~plain & table["year"].notna()
        assert reasons[alone].str.contains("needs neighbours").all()

    def test_spatial_models_stand_among_the_others(self):
        frame = survey(4, 30).query("year == 2016")
        around = nearest(np.random.default_rng(4).uniform(size=(30, 2)), frame["unit_code"])
        choices = {"outcome": ["home0"], "measure": ["mixed0"], "weights": [None, "persons"]}
        choices["spatial"] = ["none", "error", "lag"]
        table = specification_curve(frame, choices, neighbours=around).to_frame()
        assert table["value"].notna().tolist() == [True] * 4 + [False] * 2
        assert table["method"].iloc[1].startswith("spatial error")
        assert table["reason"].iloc[4:].str.contains("no weights").all()

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"outcome": ["homes"]}, "'homes'"),
            ({"controls": [("helt",)]}, "'helt'"),
            ({"spatial": ["lags"]}, "'lags'"),
            ({"measure": ["mixed0", "mixed0"]}, "twice"),
        ],
    )
    def test_a_choice_misspelt_or_doubled_is_refused(self, changes, words):
        choices = {"outcome": ["home0"], "measure": ["mixed0"]} | changes
        with pytest.raises(ParameterError, match=words):
            specification_curve(survey(5, 10), choices)

    def test_sets_of_controls_may_be_lists(self):
        choices = {"outcome": ["home0"], "measure": ["mixed0"], "controls": [[], ["held0"]]}
        curve = specification_curve(survey(5, 10).query("year == 2014"), choices)
        assert [one.controls for one in curve] == [(), ("held0",)]

    def test_years_need_a_column_of_years(self):
        choices = {"outcome": ["home0"], "measure": ["mixed0"], "year": [2014]}
        with pytest.raises(ParameterError, match="'year'"):
            specification_curve(survey(5, 10).drop(columns="year"), choices)

    def test_all_subsets_are_there_once(self):
        assert subsets("ab") == [(), ("a",), ("b",), ("a", "b")]
        assert len(set(subsets("abcdef"))) == 64


class TestLeaveOneOut:
    @pytest.mark.parametrize("symbol", ["slope", "slope_sd"])
    def test_equals_the_model_of_each_table_without_an_area(self, symbol):
        frame = survey(6, 25).query("year == 2014")
        frame.loc[4, "held0"] = np.nan
        frame.index = [0] * len(frame)  # names of rows need not be names of areas
        asked = Question(frame, "home0", "mixed0", ("held0",))
        found = leave_one_out(asked, symbol)
        slopes = {}
        for unit in set(frame["unit_code"]) - {"B04"}:
            rows = frame[frame["unit_code"] != unit].dropna()
            if symbol == "slope_sd":
                rows = rows.assign(
                    home0=rows["home0"] / rows["home0"].std(),
                    mixed0=rows["mixed0"] / rows["mixed0"].std(),
                )
            x = np.column_stack([np.ones(len(rows)), rows["mixed0"], rows["held0"]])
            slopes[unit] = np.linalg.lstsq(x, rows["home0"].to_numpy(), rcond=None)[0][1]
        for end, choose in (("lowest", min), ("highest", max)):
            unit = choose(slopes, key=slopes.get)
            assert found[end].key == unit
            assert found[end].method.endswith(f"without {unit}")
            assert found[end].value == pytest.approx(slopes[unit], abs=1e-10)
            assert found[end].low < found[end].value < found[end].high
        assert found["whole"] == fit_areas(asked)[symbol]

    def test_one_area_can_carry_a_slope(self):
        frame = pd.DataFrame({"x": [0, 1, 0, 1, 0, 1, 9.0], "y": [0, 0, 1, 1, 2, 2, 9.0]})
        found = leave_one_out(Question(frame, "y", "x"))
        assert (found["lowest"].key, round(found["lowest"].value, 10)) == ("6", 0)
        assert found["whole"].value > 0.8


class TestJointRegion:
    def test_the_ellipse_is_where_an_f_test_is_at_its_level(self):
        frame = survey(7).query("year == 2014")
        region = joint_region(Question(frame, "home0", "mixed0", ("held0",)), "mixed1")
        x = sm.add_constant(frame[["mixed0", "mixed1", "held0"]])
        fit = sm.OLS(frame["home0"], x).fit(cov_type="HC3", use_t=True)
        assert [one.value for one in region.slopes] == pytest.approx(fit.params[1:3], abs=1e-10)
        assert [one.high for one in region.slopes] == pytest.approx(
            fit.conf_int()[1][1:3].tolist(), abs=1e-8
        )
        for first, second in region.points[::20]:
            test = fit.f_test((np.eye(4)[1:3], [first, second]))
            assert test.pvalue == pytest.approx(0.05, abs=1e-8)
        assert region.points[0] == pytest.approx(region.points[-1])

    def test_what_predictors_share_is_what_inflates_their_variance(self):
        frame = survey(8).query("year == 2014")
        bare = joint_region(Question(frame, "home0", "mixed0"), "mixed1")
        r = np.corrcoef(frame["mixed0"], frame["mixed1"])[0, 1]
        assert bare.shared == pytest.approx(r**2, abs=1e-10)
        assert bare.vif == pytest.approx([1 / (1 - r**2)] * 2)
        held = joint_region(Question(frame, "home0", "mixed0", ("held0", "held1")), "mixed1")
        x = sm.add_constant(frame[["mixed0", "mixed1", "held0", "held1"]])
        expected = [variance_inflation_factor(x.to_numpy(), column) for column in (1, 2)]
        assert held.vif == pytest.approx(expected)
        rest = x[["const", "held0", "held1"]]
        left = [sm.OLS(frame[name], rest).fit().resid for name in ("mixed0", "mixed1")]
        assert held.shared == pytest.approx(np.corrcoef(*left)[0, 1] ** 2, abs=1e-10)

    @pytest.mark.parametrize("overlap", [0.02, 0.1, 0.5, 2.0])
    def test_a_slope_may_be_zero_where_the_ellipse_crosses_its_axis(self, overlap):
        rng = np.random.default_rng(9)
        frame = pd.DataFrame({"mixed": rng.normal(size=60)})
        frame["others"] = frame["mixed"] + overlap * rng.normal(size=60)
        frame["home"] = -frame["mixed"] + 0.8 * rng.normal(size=60)
        region = joint_region(Question(frame, "home", "mixed"), "others", n_points=20001)
        crosses = [np.ptp(np.sign(region.points[:, column])) > 0 for column in (0, 1)]
        assert (region.second_alone, region.first_alone) == tuple(crosses)
        assert region.first_alone
        assert region.second_alone == (overlap <= 0.1)  # hardly other than the true one

    def test_a_rival_among_the_controls_is_the_same_question(self):
        frame = survey(10).query("year == 2014")
        first = joint_region(Question(frame, "home0", "mixed0", ("held0",)), "mixed1")
        second = joint_region(Question(frame, "home0", "mixed0", ("held0", "mixed1")), "mixed1")
        assert first.slopes[0].value == pytest.approx(second.slopes[0].value, abs=1e-12)
        assert first.shared == second.shared

    def test_a_rival_that_is_the_same_is_refused(self):
        frame = survey(11, 20).assign(twin=lambda table: 1 - table["mixed0"])
        with pytest.raises(UndefinedMeasureError, match="'twin' follows"):
            joint_region(Question(frame, "home0", "mixed0"), "twin")

    def test_the_region_holds_both_truths_as_often_as_it_says(self):
        held = 0
        for seed in range(150):
            frame = survey(100 + seed, 60).query("year == 2014")
            region = joint_region(Question(frame, "home0", "mixed0"), "mixed1")
            # inside if the ellipse winds around the truth
            gaps = region.points - np.array([-0.6, 0.0])
            angles = np.unwrap(np.arctan2(gaps[:, 1], gaps[:, 0]))
            held += abs(angles[-1] - angles[0]) > math.pi
        assert held / 150 == pytest.approx(0.95, abs=3 * (0.95 * 0.05 / 150) ** 0.5)

    def test_level_moves_the_region(self):
        asked = Question(survey(12).query("year == 2014"), "home0", "mixed0")
        sizes = [
            np.ptp(joint_region(replace(asked, level=at), "mixed1").points) for at in (0.5, 0.9)
        ]
        assert sizes[0] < sizes[1]
