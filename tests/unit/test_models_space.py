"""Do spatial models find published values, and are impacts and neighbours right?"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from libpysal.examples import get_path
from libpysal.io import open as open_table
from shapely.geometry import box

from seglib.errors import ParameterError, UndefinedMeasureError
from seglib.models.areas import Question, fit_areas
from seglib.models.space import Neighbours, fit_space, nearest, residual_dependence, touching


@pytest.fixture(scope="module")
def columbus() -> tuple[pd.DataFrame, Neighbours]:
    """The 49 areas of Columbus, Ohio (Anselin 1988, table 12.1), and who borders on whom."""
    table = open_table(get_path("columbus.dbf"))
    frame = pd.DataFrame({name: table.by_col(name) for name in ("CRIME", "INC", "HOVAL")})
    frame["unit_code"] = [str(int(code)) for code in table.by_col("POLYID")]
    beside = open_table(get_path("columbus.gal")).read()
    return frame, Neighbours(tuple(frame["unit_code"]), beside.full()[0] > 0)


class TestColumbus:
    """What the R package spdep prints for the same table and the same neighbours."""

    def test_least_squares(self, columbus):
        found = fit_areas(Question(columbus[0], "CRIME", "INC", ("HOVAL",)), robust="classical")
        assert found["slope"].value == pytest.approx(-1.5973, abs=5e-5)
        assert found["slope"].standard_error == pytest.approx(0.3341, abs=5e-5)
        assert found["r_squared"].value == pytest.approx(0.5524, abs=5e-5)

    @pytest.mark.parametrize(
        ("predictor", "control", "value", "error"),
        [("INC", "HOVAL", -0.957305, 0.334231), ("HOVAL", "INC", -0.304559, 0.092047)],
    )
    def test_spatial_error(self, columbus, predictor, control, value, error):
        frame, around = columbus
        found = fit_space(Question(frame, "CRIME", predictor, (control,)), around)
        assert found["slope"].value == pytest.approx(value, abs=2e-6)
        assert found["slope"].standard_error == pytest.approx(error, abs=2e-6)
        assert found["lambda"].value == pytest.approx(0.54675, abs=1e-5)
        assert found["lambda"].standard_error == pytest.approx(0.13805, abs=1e-5)
        scale = frame[predictor].std() / frame["CRIME"].std()
        assert found["slope_sd"].value == pytest.approx(value * scale, abs=1e-5)

    @pytest.mark.parametrize(
        ("predictor", "control", "coefficient"),
        [("INC", "HOVAL", -1.048728), ("HOVAL", "INC", -0.266335)],
    )
    def test_spatial_lag_gives_impacts_and_not_the_coefficient(
        self, columbus, predictor, control, coefficient
    ):
        frame, around = columbus
        found = fit_space(Question(frame, "CRIME", predictor, (control,)), around, kind="lag")
        assert found["rho"].value == pytest.approx(0.42333, abs=1e-5)
        assert found["rho"].standard_error == pytest.approx(0.11951, abs=1e-5)
        # moves everyone by 1 and lets it go round, instead of inverting anything
        moved = step = np.full(49, coefficient)
        alone = own = np.eye(49) * coefficient
        weights = around.weights(around.units)
        for _ in range(60):
            step, own = 0.42333 * weights @ step, 0.42333 * weights @ own
            moved, alone = moved + step, alone + own
        assert found["slope"].value == pytest.approx(moved.mean(), rel=1e-4)
        assert found["direct"].value == pytest.approx(np.trace(alone) / 49, rel=1e-4)
        parts = found["direct"].value + found["indirect"].value
        assert parts == pytest.approx(found["slope"].value, abs=1e-12)

    def test_what_is_left_over_is_tested(self, columbus):
        frame, around = columbus
        found = residual_dependence(Question(frame, "CRIME", "INC", ("HOVAL",)), around)
        printed = {
            "moran_res": (0.222109, 0.00452),  # there one-sided, 0.00226
            "lm_error": (5.2062, 0.02251),
            "lm_lag": (8.898, 0.002855),
            "rlm_error": (0.043906, 0.834),
            "rlm_lag": (3.7357, 0.05326),
        }
        assert list(found) == list(printed)
        for name, (value, p_value) in printed.items():
            assert found[name].value == pytest.approx(value, rel=1e-4)
            assert found[name].p_value == pytest.approx(p_value, rel=1e-3)
        assert found.certain


def ring(n_units: int) -> Neighbours:
    """Areas in a circle, each between two others."""
    beside = np.roll(np.eye(n_units, dtype=bool), 1, axis=1)
    return Neighbours(tuple(map(str, range(n_units))), beside | beside.T)


class TestIntervals:
    def test_those_of_impacts_hold_the_truth_as_often_as_they_say(self):
        """In a circle the total impact of 0.5 is 1 with rho one half; 100 draws of 49 areas."""
        around, held = ring(49), {"slope": 0, "direct": 0}
        spill = np.linalg.inv(np.eye(49) - 0.5 * around.weights(around.units))
        truth = {"slope": 1.0, "direct": 0.5 * np.trace(spill) / 49}
        rng = np.random.default_rng(1)
        for _ in range(100):
            frame = pd.DataFrame({"x": rng.normal(size=49)})
            frame["y"] = spill @ (0.5 * frame["x"] + rng.normal(size=49))
            found = fit_space(Question(frame, "y", "x"), around, kind="lag")
            for name in held:
                held[name] += found[name].low <= truth[name] <= found[name].high
        for name in held:
            assert held[name] / 100 == pytest.approx(0.95, abs=3 * (0.95 * 0.05 / 100) ** 0.5)

    def test_an_impact_moves_with_rho_as_its_interval_says(self):
        """The delta method beside a difference of two impacts."""
        from seglib.models import space

        weights = nearest(np.random.default_rng(2).uniform(size=(20, 2)), range(20), 3)
        weights = weights.weights(weights.units)
        above, below = (space._impacts(weights, 0.4 + step) for step in (1e-5, -1e-5))
        for name, (_, slope) in space._impacts(weights, 0.4).items():
            assert slope == pytest.approx((above[name][0] - below[name][0]) / 2e-5, rel=1e-6)


class TestNeighbours:
    def squares(self, *corners: tuple[float, float]) -> gpd.GeoDataFrame:
        shapes = [box(x, y, x + 100, y + 100) for x, y in corners]
        codes = [f"B{row}" for row in range(len(corners))]
        return gpd.GeoDataFrame({"unit_code": codes}, geometry=shapes, crs="EPSG:28992")

    def test_borders_and_corners_make_neighbours(self):
        around = touching(self.squares((0, 0), (100, 0), (100, 100), (300, 150)))
        assert around.joined == ("B3",)
        expected = [[0, 1, 1, 0], [1, 0, 1, 0], [1, 1, 0, 1], [0, 0, 1, 0]]
        assert around.beside.astype(int).tolist() == expected
        shares = around.weights(("B2", "B0", "B1"))
        assert shares.tolist() == [[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]

    def test_an_area_that_loses_its_only_neighbour_is_named(self):
        around = touching(self.squares((0, 0), (100, 0), (500, 0)))
        with pytest.raises(UndefinedMeasureError, match="'B0' has no neighbour among these 2"):
            around.weights(("B0", "B2"))
        with pytest.raises(ParameterError, match="'B7'"):
            around.weights(("B0", "B7"))

    def test_the_nearest_are_as_a_slow_search_finds_them(self):
        points = np.random.default_rng(3).uniform(size=(15, 2))
        around = nearest(points, range(15), 4)
        for row, own in enumerate(points):
            away = sorted(range(15), key=lambda other: float(((points[other] - own) ** 2).sum()))
            assert set(np.flatnonzero(around.beside[row])) == set(away[1:5])
        for k in (0, 15):
            with pytest.raises(ParameterError, match="from 1 to 14"):
                nearest(points, range(15), k)


class TestFits:
    def test_an_area_without_figures_is_no_neighbour_either(self):
        frame = pd.DataFrame(np.random.default_rng(4).normal(size=(30, 2)), columns=["x", "y"])
        frame.loc[7, "y"] = np.nan
        found = fit_space(Question(frame, "y", "x"), ring(30))["slope"]
        kept = fit_space(Question(frame.drop(index=7), "y", "x"), ring(30))["slope"]
        assert (found, found.n_units) == (kept, 29)

    @pytest.mark.parametrize(
        ("kind", "weights", "words"), [("lags", None, "'lags'"), ("lag", "x", "weights x")]
    )
    def test_another_kind_or_weights_are_refused(self, kind, weights, words):
        frame = pd.DataFrame(np.random.default_rng(5).uniform(size=(9, 2)), columns=["x", "y"])
        with pytest.raises(ParameterError, match=words):
            fit_space(Question(frame, "y", "x", weights=weights), ring(9), kind=kind)

    def test_nothing_is_printed_and_nobody_is_warned(self, capsys, recwarn):
        frame = pd.DataFrame(np.random.default_rng(6).uniform(size=(12, 2)), columns=["x", "y"])
        for kind in ("error", "lag"):
            fit_space(Question(frame, "y", "x"), ring(12), kind=kind)
        residual_dependence(Question(frame, "y", "x"), ring(12))
        assert (capsys.readouterr().out, [str(one.message) for one in recwarn]) == ("", [])
