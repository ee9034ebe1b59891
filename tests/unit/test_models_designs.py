"""Are the closed forms those of other packages, and do designs compare what they say?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyfixest
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.sandbox.regression.gmm import IV2SLS

from seglib.errors import ConvergenceError, ParameterError, UndefinedMeasureError
from seglib.models.contrasts import boundary, differences, through, weighted_exposures
from seglib.models.designs import (
    fixed_effects,
    instrumented,
    lottery,
    random_intercepts,
    share_between,
    siblings,
    slope,
)
from seglib.models.race import PLANS
from seglib.models.solving import logit, solve, solve_random_intercepts
from seglib.synth.recipes import make_world

TIGHT = {"rel": 1e-8, "abs": 1e-12}


def table_of(seed, n=240, n_areas=12):
    """Persons in areas of unequal size, with errors that are neither equal nor alone."""
    rng = np.random.default_rng(seed)
    area = np.sort(rng.integers(0, n_areas, n) // rng.integers(1, 3, n))
    exposure, resources, other = rng.standard_normal((3, n))
    exposure += 0.5 * resources + rng.standard_normal(n_areas)[area]
    won = rng.random(n) < 0.5
    moved = won & (rng.random(n) < 0.6) | (rng.random(n) < 0.05)
    y = 0.3 * exposure - 0.7 * moved + resources + rng.standard_normal(n_areas)[area]
    y += other * (1 + np.abs(exposure))
    columns = {"area": area, "z": exposure, "resources": resources, "won": won, "moved": moved}
    return pd.DataFrame(columns | {"y": y, "won_": won * 1.0, "moved_": moved * 1.0})


FRAME = table_of(1)


def same(ours, value, error, ends=None):
    """The slope and its error, and its interval where given."""
    assert (ours.value, ours.standard_error) == (
        pytest.approx(float(value), **TIGHT),
        pytest.approx(float(error), **TIGHT),
    )
    if ends is not None:
        assert (ours.low, ours.high) == pytest.approx(tuple(map(float, ends)), **TIGHT)


def fitted(formula, name, frame=FRAME, **vcov):
    """A slope of another package and its error."""
    fit = pyfixest.feols(formula, frame, **vcov)
    return fit.coef()[name], fit.se()[name]


def test_a_slope_is_that_of_statsmodels_with_robust_errors():
    x = sm.add_constant(FRAME[["z", "resources"]])
    fit = sm.OLS(FRAME["y"], x).fit(cov_type="HC1", use_t=True)
    ours = slope(FRAME, "y", "z", controls=["resources"])
    same(ours, fit.params["z"], fit.bse["z"], fit.conf_int().loc["z"])
    assert ours.certain and ours.groups == ("y", "z") and ours.symbol == "slope"


def test_errors_by_area_are_those_of_leaving_each_area_out():
    ours = slope(FRAME, "y", "z", controls=["resources"], clusters="area")
    plain = {"vcov": {"CRV3": "area"}, "ssc": pyfixest.ssc(k_adj=False, G_adj=False)}
    value, error = fitted("y ~ z + resources", "z", **plain)
    n_areas = FRAME["area"].nunique()
    same(ours, value, error * np.sqrt((n_areas - 1) / n_areas))
    without = [
        np.linalg.lstsq(
            sm.add_constant(kept[["z", "resources"]]).to_numpy(), kept["y"].to_numpy(), rcond=None
        )[0][1]
        for kept in (FRAME[FRAME["area"] != area] for area in FRAME["area"].unique())
    ]
    squares = ((np.array(without) - ours.value) ** 2).sum()
    assert ours.standard_error**2 == pytest.approx((n_areas - 1) / n_areas * squares, rel=1e-8)


def test_an_instrument_is_that_of_pyfixest():
    ours = instrumented(FRAME, "y", ["moved"], ["won"], controls=["resources"])
    same(ours, *fitted("y ~ resources | moved_ ~ won_", "moved_", vcov="hetero"))


def test_errors_by_area_of_an_instrument_are_those_of_pyfixest():
    ours = instrumented(FRAME, "y", ["moved"], ["won"], clusters="area")
    same(ours, *fitted("y ~ 1 | moved_ ~ won_", "moved_", vcov={"CRV1": "area"}))


def test_two_predictors_moved_by_two_instruments_are_those_of_statsmodels():
    world = make_world("arrival", seed=1)
    columns = [["employed", "total"], ["employed_placed", "total_placed"]]
    x, z = (sm.add_constant(world.persons[names]).to_numpy() for names in columns)
    theirs = IV2SLS(world.persons["y"].to_numpy(), x, z).fit()
    ours = instrumented(world.persons, "y", *columns)
    first = z @ np.linalg.lstsq(z, x, rcond=None)[0]
    bread, scores = np.linalg.inv(first.T @ first), first * theirs.resid[:, None]
    robust = len(x) / (len(x) - 3) * bread @ scores.T @ scores @ bread
    same(ours, theirs.params[1], np.sqrt(robust[1, 1]))


@pytest.mark.parametrize(("design", "controls"), [("naive", []), ("controls", ["resources"])])
def test_designs_in_a_world_are_those_of_other_packages(design, controls):
    world = make_world("selection", seed=2)
    ours = PLANS[design].estimate(world)
    lived = world.persons[~world.persons["entered"]]
    plain = {"vcov": {"CRV3": "area"}, "ssc": pyfixest.ssc(k_adj=False, G_adj=False)}
    value, error = fitted(" + ".join(["y ~ z", *controls]), "z", lived, **plain)
    n_areas = lived["area"].nunique()
    same(ours, value, error * np.sqrt((n_areas - 1) / n_areas))


def test_random_intercepts_are_those_of_statsmodels():
    x = sm.add_constant(FRAME[["z", "resources"]])
    theirs = sm.MixedLM(FRAME["y"], x, FRAME["area"]).fit(reml=True)
    ours = random_intercepts(FRAME, "y", "z", areas="area", controls=["resources"])
    assert ours.value == pytest.approx(theirs.params["z"], rel=1e-4)
    assert ours.standard_error == pytest.approx(theirs.bse["z"], rel=1e-2)


def test_random_intercepts_are_generalised_least_squares_at_their_ratio():
    x = sm.add_constant(FRAME[["z", "resources"]]).to_numpy()
    area = pd.factorize(FRAME["area"])[0]
    found, ratio, *_ = solve_random_intercepts(FRAME["y"].to_numpy(), x, area)
    dense = np.eye(len(x)) + ratio * (area[:, None] == area[None])
    fit = sm.GLS(FRAME["y"].to_numpy(), x, sigma=dense).fit()
    assert found.coefficients == pytest.approx(fit.params, rel=1e-8)
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(fit.bse, rel=1e-8)
    assert ratio > 0.05


def restricted(frame, ratio):
    """Minus twice the restricted log likelihood, from the whole covariance matrix."""
    x, y = np.ones((len(frame), 1)), frame["y"].to_numpy()
    area = frame["area"].to_numpy()
    shape = np.eye(len(x)) + ratio * (area[:, None] == area[None])
    inverse = np.linalg.inv(shape)
    inner = x.T @ inverse @ x
    rest = y - x @ np.linalg.solve(inner, x.T @ inverse @ y)
    variance = rest @ inverse @ rest / (len(x) - 1)
    parts = (np.linalg.slogdet(variance * shape)[1], np.linalg.slogdet(inner / variance)[1])
    return sum(parts) + len(x) - 1


def test_the_share_between_areas_is_that_of_statsmodels_with_a_profile_interval():
    found = share_between(FRAME, "y", areas="area")
    theirs = sm.MixedLM(FRAME["y"], np.ones(len(FRAME)), FRAME["area"]).fit(reml=True)
    between = float(theirs.cov_re.iloc[0, 0])
    assert found.value == pytest.approx(between / (between + theirs.scale), rel=1e-3)
    best, *ends = (
        restricted(FRAME, share / (1 - share)) for share in (found.value, found.low, found.high)
    )
    assert np.array(ends) - best == pytest.approx(stats.chi2(1).isf(0.05), rel=1e-4)


def test_areas_that_do_not_differ_have_no_share_between_them():
    alike = pd.DataFrame({"area": np.repeat(np.arange(9), 2), "y": np.tile([-1.0, 1.0], 9)})
    found = share_between(alike, "y", areas="area")
    assert found.low == 0.0 and found.value < 1e-3 and 0.05 < found.high < 1


def two_waves(seed=2, n=150):
    """Persons with a wave before, some of whom have moved."""
    rng = np.random.default_rng(seed)
    person = rng.standard_normal(n)
    frame = pd.DataFrame({"area_before": rng.integers(0, 9, n)})
    frame["area"] = np.where(rng.random(n) < 0.5, frame["area_before"], rng.integers(0, 9, n))
    for wave in ("_before", ""):
        frame[f"z{wave}"] = rng.standard_normal(n) + person + frame[f"area{wave}"] / 5
        frame[f"y{wave}"] = 0.4 * frame[f"z{wave}"] + 2 * person + rng.standard_normal(n)
    return frame


def test_fixed_effects_are_those_of_person_and_wave():
    frame = two_waves()
    waves = [frame[[f"y{w}", f"z{w}"]].set_axis(["y", "z"], axis=1) for w in ("_before", "")]
    long = pd.concat(waves, keys=[0, 1], names=["wave", "person"]).reset_index()
    ours = fixed_effects(frame, "y", "z")
    assert ours.value == pytest.approx(fitted("y ~ z | person + wave", "z", long)[0], **TIGHT)


def test_errors_of_movers_go_together_where_they_share_an_area():
    """Leaving out all who touch an area, for each area, less leaving out all of each pair."""
    frame = two_waves()
    x = sm.add_constant((frame["z"] - frame["z_before"]).to_numpy())
    y = (frame["y"] - frame["y_before"]).to_numpy()
    here, there = frame["area"].to_numpy(), frame["area_before"].to_numpy()

    def moved(out):
        return np.linalg.lstsq(x[~out], y[~out], rcond=None)[0][1] - slope_of_all

    slope_of_all = np.linalg.lstsq(x, y, rcond=None)[0][1]
    areas = sum(moved((here == area) | (there == area)) ** 2 for area in range(9))
    pairs = sum(
        moved(((here == one) & (there == two)) | ((here == two) & (there == one))) ** 2
        for one in range(9)
        for two in range(one)
    )
    same(fixed_effects(frame, "y", "z"), slope_of_all, np.sqrt(8 / 9 * (areas - pairs)))


def test_siblings_are_compared_within_their_family():
    rng = np.random.default_rng(3)
    family = np.repeat(np.arange(40), 2)
    frame = pd.DataFrame({"family": family, "exposure": rng.standard_normal(80)})
    frame["age"] = rng.uniform(0, 18, 80)
    frame["y"] = frame["exposure"] + 5 * rng.standard_normal(40)[family] + rng.standard_normal(80)
    ours = siblings(frame, "y", "exposure", controls=["age"])
    plain = {"vcov": {"CRV3": "family"}, "ssc": pyfixest.ssc(k_adj=False, G_adj=False)}
    value, error = fitted("y ~ exposure + age | family", "exposure", frame, **plain)
    same(ours, value, error * np.sqrt(39 / 40))
    gap = frame.groupby("family").diff().dropna()
    assert siblings(frame, "y", "exposure").value == pytest.approx(
        (gap["y"] * gap["exposure"]).sum() / (gap["exposure"] ** 2).sum(), **TIGHT
    )


def test_late_is_itt_over_compliance_to_the_last_bit():
    for seed in range(20):
        found = lottery(table_of(seed), "y", won="won", moved="moved")
        assert found["LATE"].value == found["ITT"].value / found["compliance"].value


def test_a_lottery_by_hand():
    """Winners' mean 5, losers' 3; three of four winners move and no loser: 2 over 3/4."""
    frame = pd.DataFrame({"won": [1, 1, 1, 1, 0, 0, 0, 0], "moved": [1, 1, 1, 0, 0, 0, 0, 0]})
    frame["y"] = [8.0, 6.0, 4.0, 2.0, 1.0, 3.0, 3.0, 5.0]
    found = lottery(frame, "y", won="won", moved="moved")
    assert [one.value for one in found.values()] == pytest.approx([2.0, 0.75, 8 / 3])
    same(found["LATE"], *fitted("y ~ 1 | moved ~ won", "moved", frame, vcov="hetero"))


def test_log_odds_are_those_of_statsmodels():
    x = sm.add_constant(FRAME[["z", "resources"]]).to_numpy()
    took = FRAME["moved_"].to_numpy()
    assert logit(took, x) == pytest.approx(sm.Logit(took, x).fit(disp=0).predict(x), rel=1e-8)


def exposures(seed=4, n=600):
    """Two exposures with resources before and between them."""
    rng = np.random.default_rng(seed)
    before = rng.standard_normal(n)
    first = rng.random(n) < 1 / (1 + np.exp(before))
    between = 0.7 * before - first + rng.standard_normal(n)
    second = rng.random(n) < 1 / (1 + np.exp(between - first))
    y = before + between - second + rng.standard_normal(n)
    columns = {"before": before, "first": first * 1.0, "between": between, "second": second * 1.0}
    return pd.DataFrame(columns | {"y": y})


GIVEN = {"first": "first", "second": "second", "before": ["before"], "between": ["between"]}


def test_weighted_exposures_are_least_squares_with_the_weights_of_statsmodels():
    frame = exposures()
    weights = 1.0
    for took, told, plain in (
        ("first", ["before"], []),
        ("second", ["before", "first", "between"], ["first"]),
    ):
        chances = []
        for names in (plain, told):
            x = np.column_stack([np.ones(len(frame)), frame[names].to_numpy()])
            fit = sm.Logit(frame[took], x).fit(disp=0)
            chances.append(np.where(frame[took] == 1, fit.predict(x), 1 - fit.predict(x)))
        weights = weights * chances[0] / chances[1]
    x = sm.add_constant((frame["first"] + frame["second"]) / 2)
    fit = sm.WLS(frame["y"], x, weights=weights).fit(cov_type="HC0")
    ours = weighted_exposures(frame, "y", **GIVEN)
    assert ours.value == pytest.approx(fit.params.iloc[1], rel=1e-8)
    # knowing that weights are estimated can but narrow it
    assert 0.5 * fit.bse.iloc[1] < ours.standard_error < fit.bse.iloc[1]


def test_the_error_of_weighted_exposures_is_that_of_drawing_persons_anew():
    frame = exposures(n=1_500)
    rng = np.random.default_rng(5)
    again = [
        weighted_exposures(frame.iloc[rng.integers(0, len(frame), len(frame))], "y", **GIVEN).value
        for _ in range(200)
    ]
    ours = weighted_exposures(frame, "y", **GIVEN)
    # an sd of 200 draws has a relative error of 5 percent
    assert ours.standard_error == pytest.approx(np.std(again), rel=0.2)


def test_a_border_gives_the_jump_of_one_over_the_jump_of_the_other():
    metres = np.linspace(-900, 900, 91)
    side = (metres > 0) * 1.0
    frame = pd.DataFrame({"d": metres, "side": side, "z": 2 * side + metres / 400})
    frame["y"] = 3 * side - metres / 1_000 * (1 + side) + np.where(np.abs(metres) > 500, 99, 0)
    found = boundary(frame, "y", "z", side="side", distance="d", bandwidth=500.0)
    assert found.value == pytest.approx(3 / 2)
    assert found.n_units == 51


PANEL = pd.DataFrame(
    {
        "area": np.repeat([0, 1, 2, 3, 4, 5], 4),
        "since": np.tile([-1, 0, 1, 2], 6),
        "treated": np.repeat([True, True, False, False, False, False], 4),
        "ring": np.repeat([False, False, True, False, False, False], 4),
        "y": [1, 0, 4, 6, 2, 1, 5, 3, 3, 9, 3, 3, 5, 9, 6, 7, 4, 9, 4, 6, 2, 9, 5, 4],
    }
)
CHANGES = [[4.0, 2.0], [0.0, 1.5, 1.0, 2.5]]  # mean of years 1 and 2 less year -1


def test_differences_in_differences_by_hand():
    found = differences(PANEL, "y", before=(-1, -1), after=(1, 2))
    theirs = stats.ttest_ind(*CHANGES, equal_var=True)
    assert found.value == pytest.approx(3.0 - 1.25)
    assert found.value / found.standard_error == pytest.approx(theirs.statistic)
    assert (found.low, found.high) == pytest.approx(tuple(theirs.confidence_interval()))


def test_areas_can_be_left_out_compared_in_level_or_looked_at_alone():
    outside = differences(PANEL, "y", before=(-1, -1), after=(1, 2), without="ring")
    assert (outside.value, outside.n_units) == (pytest.approx(3.0 - 5 / 3), 5)
    assert differences(PANEL, "y", after=(1, 2)).value == pytest.approx(4.5 - 4.75)
    alone = differences(PANEL, "y", before=(-1, -1), after=(1, 2), alone=True)
    mean = stats.ttest_1samp(CHANGES[0], 0.0)
    assert (alone.low, alone.high) == pytest.approx(tuple(mean.confidence_interval()))


def test_what_runs_through_a_mediator_is_a_product_of_slopes():
    found = through(FRAME, "y", "z", "resources", controls=["won_"])
    to = sm.OLS(FRAME["resources"], sm.add_constant(FRAME[["z", "won_"]])).fit(cov_type="HC1")
    names = ["resources", "z", "won_"]
    on = sm.OLS(FRAME["y"], sm.add_constant(FRAME[names])).fit(cov_type="HC1")
    value = to.params["z"] * on.params["resources"]
    a, b = to.params["z"] * on.bse["resources"], on.params["resources"] * to.bse["z"]
    same(found, value, np.sqrt(a**2 + b**2))


def test_a_product_of_columns_is_an_interaction():
    frame = FRAME.assign(product=FRAME["z"] * FRAME["won_"])
    one, two = (slope(frame, "y", name, controls=["z", "won"]) for name in ("z:won", "product"))
    assert (one.value, one.standard_error) == pytest.approx((two.value, two.standard_error))


@pytest.mark.parametrize(
    ("ask", "error", "said"),
    [
        (lambda: slope(FRAME, "y", "zz"), ParameterError, "no column 'zz'. Use area, z"),
        (lambda: slope(FRAME, "y", "z", clusters="x"), ParameterError, "no column 'x'"),
        (
            lambda: slope(FRAME, "y", "won", controls=["won_"]),
            UndefinedMeasureError,
            "240 rows do not tell 3 coefficients apart",
        ),
        (
            lambda: lottery(FRAME.assign(moved=0), "y", won="won", moved="moved"),
            UndefinedMeasureError,
            "do not tell 2",
        ),
        (
            lambda: differences(PANEL, "y", before=(-9, -8), after=(1, 2)),
            UndefinedMeasureError,
            "no year from -9 to -8",
        ),
        (
            lambda: weighted_exposures(
                exposures().assign(before=lambda t: t["first"]), "y", **GIVEN
            ),
            ConvergenceError,
            "tells an exposure for certain",
        ),
        (
            lambda: solve(np.ones(2), np.eye(2)),
            UndefinedMeasureError,
            "2 rows do not tell 2 coefficients apart",
        ),
        (
            lambda: slope(
                pd.DataFrame({"y": [1.0, 2, 4, 5], "z": [0, 0, 0, 1], "area": [0, 0, 1, 2]}),
                "y",
                "z",
                clusters="area",
            ),
            UndefinedMeasureError,
            "hangs on one cluster",
        ),
    ],
)
def test_what_cannot_be_told_is_refused(ask, error, said):
    with pytest.raises(error, match=said):
        ask()
