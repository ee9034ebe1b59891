"""Do power, equivalence, survey error and bounds on persons keep what they promise?"""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from seglib.errors import ParameterError
from seglib.models.areas import Question, fit_areas
from seglib.models.power import equivalence, individual_bounds, minimum_detectable, survey_error
from seglib.result import Estimate


def city(seed: int, n_units: int = 70, slope: float = -0.4) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n_units, 2)), columns=["mixed", "poor"])
    frame["home"] = slope * frame["mixed"] + 0.3 * frame["poor"] + rng.normal(size=n_units)
    return frame


def mean_of(sample: np.ndarray) -> Estimate:
    """The mean of a sample with its interval, as an estimate of any kind has it."""
    error = sample.std(ddof=1) / len(sample) ** 0.5
    half = stats.t.ppf(0.975, len(sample) - 1) * error
    ends = {"low": sample.mean() - half, "high": sample.mean() + half}
    return Estimate("mean", sample.mean(), n_units=len(sample), standard_error=error, **ends)


class TestMinimumDetectable:
    @pytest.mark.parametrize("power", [0.5, 0.8, 0.95])
    @pytest.mark.parametrize("level", [0.9, 0.95])
    def test_a_true_slope_of_that_size_has_that_power(self, power, level):
        slope = fit_areas(Question(city(1, 12), "home", "mixed", ("poor",), level=level))["slope"]
        found = minimum_detectable(slope, power=power)
        edge = stats.t.ppf((1 + level) / 2, 9)
        reached = stats.nct.sf(edge, 9, found.value / slope.standard_error)
        assert reached == pytest.approx(power, abs=1e-6)
        assert found.certain
        assert found.groups == ("home", "mixed")

    def test_it_is_noticed_as_often_as_it_says(self):
        """With the true error known: 600 draws of 30 areas with that slope."""
        rng = np.random.default_rng(2)
        frame = pd.DataFrame({"mixed": rng.normal(size=30)})
        error = 1 / np.sqrt(((frame["mixed"] - frame["mixed"].mean()) ** 2).sum())
        half = stats.t.ppf(0.975, 28) * error
        known = Estimate("slope", 0.0, low=-half, high=half, standard_error=error)
        slope, noticed = minimum_detectable(known).value, 0
        for _ in range(600):
            frame["home"] = slope * frame["mixed"] + rng.normal(size=30)
            found = fit_areas(Question(frame, "home", "mixed"), robust="classical")["slope"]
            noticed += found.low > 0
        assert noticed / 600 == pytest.approx(0.8, abs=3 * (0.16 / 600) ** 0.5)

    def test_an_estimate_without_interval_or_a_power_out_of_range_is_refused(self):
        with pytest.raises(ParameterError, match="few areas"):
            minimum_detectable(Estimate("slope", 1.0, reason="few areas"))
        for power in (0.4, 1.0):
            with pytest.raises(ParameterError, match=f"{power}"):
                minimum_detectable(mean_of(np.arange(5.0)), power=power)


class TestEquivalence:
    @pytest.mark.parametrize("seed", range(6))
    def test_equals_the_two_one_sided_tests_of_statsmodels(self, seed):
        sample = np.random.default_rng(seed).normal(0.1, 1, 25)
        found = equivalence(mean_of(sample), (-0.5, 0.7))
        p_value, _, _ = DescrStatsW(sample).ttost_mean(-0.5, 0.7)
        assert found.estimate.p_value == pytest.approx(p_value, rel=1e-6)
        assert found.equivalent == (p_value < 0.05)

    @given(st.floats(-1, 1), st.floats(0.05, 0.5), st.floats(0.1, 2), st.sampled_from([0.01, 0.05]))
    def test_it_is_the_interval_within_the_margins(self, value, error, margin, alpha):
        half = 1.959963984540054 * error
        slope = Estimate("slope", value, low=value - half, high=value + half, standard_error=error)
        found = equivalence(slope, margin, alpha=alpha)
        inside = -margin < found.estimate.low and found.estimate.high < margin
        assert found.equivalent == inside
        normal = stats.norm.ppf(1 - alpha) * error
        assert found.estimate.high == pytest.approx(value + normal, rel=1e-5)
        assert found.estimate.level == 1 - 2 * alpha

    def test_a_slope_at_the_margin_passes_one_time_in_twenty(self):
        passed = 0
        for seed in range(300):
            asked = Question(city(seed, slope=0.3), "home", "mixed", ("poor",))
            slope = fit_areas(asked, robust="classical")["slope"]
            passed += equivalence(slope, (-9.0, 0.3)).equivalent
        assert passed / 300 == pytest.approx(0.05, abs=3 * (0.05 * 0.95 / 300) ** 0.5)

    @pytest.mark.parametrize(("margin", "alpha"), [((0.2, 0.1), 0.05), (-0.1, 0.05), (0.1, 0.5)])
    def test_margins_without_a_range_are_refused(self, margin, alpha):
        with pytest.raises(ParameterError, match="margins that ascend"):
            equivalence(mean_of(np.arange(5.0)), margin, alpha=alpha)


class TestSurveyError:
    def percentages(self, seed: int, n: int | None, of: str = "predictor") -> pd.DataFrame:
        """True percentages of 300 areas, one of them asked of n persons in each."""
        rng = np.random.default_rng(seed)
        frame = pd.DataFrame({"mixed": rng.uniform(20, 60, 300)})
        frame["poor"] = 0.5 * frame["mixed"] + rng.normal(0, 5, 300)
        frame["home"] = 90 - 0.8 * frame["mixed"] - 0.4 * frame["poor"] + rng.normal(0, 4, 300)
        asked = "mixed" if of == "predictor" else "home"
        if n:
            frame[asked] = 100 * rng.binomial(n, frame[asked].clip(0, 100) / 100) / n
        return frame

    @pytest.mark.parametrize("of", ["outcome", "predictor"])
    def test_without_error_it_is_the_slope_itself(self, of):
        asked = Question(city(3), "home", "mixed", ("poor",))
        found, plain = survey_error(asked, n=100, of=of, person_sd=0.0), fit_areas(asked)
        assert found["reliability"].value == 1
        for symbol in ("slope", "slope_sd"):
            for field in ("value", "low", "high", "standard_error"):
                expected = getattr(plain[symbol], field)
                assert getattr(found[symbol], field) == pytest.approx(expected, rel=1e-10)

    def test_error_in_the_predictor_is_taken_out_of_the_slope(self):
        found, naive, errors, held = [], [], [], 0
        for seed in range(300):
            asked = Question(self.percentages(seed, 40), "home", "mixed", ("poor",))
            slope = survey_error(asked, n=40, of="predictor")["slope"]
            found.append(slope.value)
            errors.append(slope.standard_error)
            naive.append(fit_areas(asked)["slope"].value)
            held += slope.low <= -0.8 <= slope.high
        spread = np.std(found)
        assert np.mean(found) == pytest.approx(-0.8, abs=3 * spread / 300**0.5)
        assert np.mean(naive) > -0.6
        # 300 draws tell their spread to 4 percent
        assert np.mean(np.square(errors)) ** 0.5 == pytest.approx(spread, rel=0.06)
        assert held / 300 == pytest.approx(0.95, abs=3 * (0.95 * 0.05 / 300) ** 0.5)

    def test_many_controls_take_their_part_of_the_error_along(self):
        found, names = [], [f"c{number}" for number in range(15)]
        for seed in range(200):
            rng = np.random.default_rng(seed)
            frame = pd.DataFrame(rng.normal(size=(60, 15)), columns=names)
            true = rng.normal(size=60)
            frame["home"] = -true + 0.3 * rng.normal(size=60)
            frame["mixed"] = true + 0.5 * rng.normal(size=60)
            asked = Question(frame, "home", "mixed", names)
            # 5 / sqrt(100) is the half that was added
            slope = survey_error(asked, n=100, of="predictor", person_sd=5)["slope"]
            found.append(slope.value)
        assert np.mean(found) == pytest.approx(-1, abs=0.05)

    def test_error_in_the_outcome_weakens_the_standardised_slope_only(self):
        asked = Question(self.percentages(7, 60, of="outcome"), "home", "mixed", ("poor",))
        found, naive = survey_error(asked, n=60), fit_areas(asked)
        for field in ("value", "low", "high"):
            expected = getattr(naive["slope"], field)
            assert getattr(found["slope"], field) == pytest.approx(expected, rel=1e-10)
        home = asked.frame["home"]
        reliability = 1 - (home * (100 - home) / 60).mean() / home.var()
        assert found["reliability"].value == pytest.approx(reliability, rel=1e-10)
        corrected = naive["slope_sd"].value / reliability**0.5
        assert found["slope_sd"].value == pytest.approx(corrected, rel=1e-10)

    def test_the_standardised_slope_of_everyone_is_found_from_a_sample(self):
        gaps, naive = [], []
        for seed in range(100):
            clean = Question(self.percentages(seed, None), "home", "mixed", ("poor",))
            asked = replace(clean, frame=self.percentages(seed, 60, of="outcome"))
            truth = fit_areas(clean)["slope_sd"].value
            gaps.append(survey_error(asked, n=60)["slope_sd"].value - truth)
            naive.append(fit_areas(asked)["slope_sd"].value - truth)
        assert np.mean(gaps) == pytest.approx(0, abs=3 * np.std(gaps) / 10)
        assert np.mean(naive) > 10 * np.std(naive) / 10

    def test_more_respondents_and_a_smaller_design_effect_matter_alike(self):
        asked = Question(self.percentages(8, 400), "home", "mixed", ("poor",))
        frame = asked.frame.assign(answered=200)
        few = survey_error(replace(asked, frame=frame), n="answered", of="predictor")
        wide = survey_error(asked, n=400, of="predictor", design_effect=2.0)
        assert few["slope"].value == wide["slope"].value
        assert "answered" in few["slope"].method
        assert {one.estimand for one in few.values()} == {"assumption"}

    @pytest.mark.parametrize("of", ["outcome", "predictor"])
    def test_error_that_explains_everything_leaves_no_slope(self, of):
        asked = Question(self.percentages(9, None), "home", "mixed")
        found = survey_error(asked, n=2, of=of)
        for symbol in ("slope", "slope_sd"):
            assert np.isnan(found[symbol].value)
            assert "explain all variance" in found[symbol].reason

    @pytest.mark.parametrize("n", [0, -5])
    def test_nobody_asked_or_no_percentage_is_refused(self, n):
        with pytest.raises(ParameterError, match=f"n = {n}"):
            survey_error(Question(self.percentages(1, None), "home", "mixed"), n=n)
        with pytest.raises(ParameterError, match="person_sd"):
            survey_error(Question(city(1), "home", "mixed"), n=50)

    def test_a_column_that_is_not_there_or_no_design_effect_is_refused(self):
        asked = Question(self.percentages(1, None), "home", "mixed")
        with pytest.raises(ParameterError, match="'answers'"):
            survey_error(asked, n="answers")
        with pytest.raises(ParameterError, match="n = 10, 0 and 'home'"):
            survey_error(asked, n=10, design_effect=0)


class TestIndividualBounds:
    def test_equals_the_ends_of_all_possible_towns(self):
        """Every way to fill the inner cells of four areas, from their margins."""
        persons, group, home = [5, 4, 6, 3], [2, 3, 1, 0], [3, 1, 5, 2]
        frame = pd.DataFrame({"persons": persons})
        frame["group"] = 100 * np.array(group) / persons
        frame["home"] = 100 * np.array(home) / persons
        found = individual_bounds(Question(frame, "home", "group", weights="persons"))
        cells = [
            range(max(0, a + b - n), min(a, b) + 1)
            for n, a, b in zip(persons, group, home, strict=True)
        ]
        among, others, phi = [], [], []
        for both in map(sum, itertools.product(*cells)):
            among.append(100 * both / 6)
            others.append(100 * (11 - both) / 12)
            one = np.repeat([1, 1, 0, 0], [both, 6 - both, 11 - both, 12 - 11 + both])
            two = np.repeat([1, 0, 1, 0], [both, 6 - both, 11 - both, 12 - 11 + both])
            phi.append(np.corrcoef(one, two)[0, 1])
        gaps = np.subtract(among, others)
        for name, ends in (("among", among), ("others", others), ("difference", gaps)):
            assert found[name].low == pytest.approx(min(ends))
            assert found[name].high == pytest.approx(max(ends))
        assert (found["phi"].low, found["phi"].high) == (
            pytest.approx(min(phi)),
            pytest.approx(max(phi)),
        )

    @given(st.integers(0, 10**6))
    def test_persons_of_any_town_lie_within_them(self, seed):
        rng = np.random.default_rng(seed)
        persons = rng.integers(20, 60, 8)
        shares = rng.uniform(0.05, 0.95, (3, 8))
        group = rng.binomial(persons - 2, shares[0]) + 1
        ours, theirs = rng.binomial(group, shares[1]), rng.binomial(persons - group, shares[2])
        frame = pd.DataFrame({"persons": persons, "group": 100 * group / persons})
        frame["home"] = 100 * (ours + theirs) / persons
        found = individual_bounds(Question(frame, "home", "group", weights="persons"))
        truth = {
            "among": 100 * ours.sum() / group.sum(),
            "others": 100 * theirs.sum() / (persons - group).sum(),
        }
        truth["difference"] = truth["among"] - truth["others"]
        for name, value in truth.items():
            assert found[name].low - 1e-9 <= value <= found[name].high + 1e-9
            assert found[name].low <= found[name].value <= found[name].high

    def test_the_slope_over_areas_may_lie_outside(self):
        """Everyone is alike in an area, yet areas with more of a group do better: Robinson."""
        frame = pd.DataFrame({"group": [5.0, 6, 7, 8], "home": [10.0, 40, 60, 95]})
        frame["persons"] = 1000
        asked = Question(frame, "home", "group", weights="persons")
        slope = 100 * fit_areas(asked)["slope"].value
        found = individual_bounds(asked)["difference"]
        assert slope > 2000
        assert found.high < 100
        assert found.level == 1

    def test_scores_have_bounds_by_their_scale(self):
        """Half of one area is the group, its mean is 7 on 1 to 10: the group's mean is 4 to 10."""
        frame = pd.DataFrame({"group": [50.0, 0, 0], "home": [7.0, 6, 5], "persons": [10] * 3})
        asked = Question(frame, "home", "group", weights="persons")
        found = individual_bounds(asked, outcome_range=(1, 10))
        ends = (found["among"].low, found["among"].value, found["among"].high)
        assert ends == pytest.approx((4, 7, 10))
        assert "phi" not in found
        with pytest.raises(ParameterError, match="from 1 to 6"):
            individual_bounds(asked, outcome_range=(1, 6))

    @pytest.mark.parametrize(
        "changes", [{"controls": ("poor",)}, {"predictor": "persons"}, {"predictor": "all"}]
    )
    def test_controls_or_what_is_no_percentage_are_refused(self, changes):
        frame = pd.DataFrame({"group": [5.0, 6, 7, 8], "home": [10.0, 40, 60, 95]})
        frame["persons"], frame["poor"], frame["all"] = [1000, 2000, 1500, 900], [1, 2, 2, 1], 100
        asked = Question(frame, "home", "group", weights="persons")
        with pytest.raises(ParameterError, match=r"Bounds need '(group|persons|all)' in percent"):
            individual_bounds(replace(asked, **changes))
