"""Are these the right figures? Compared with published and earlier computed values.

The formulas are written out here in numpy, so that neither seglib's measures nor its loader can
hide a mistake in the tables.
"""

from __future__ import annotations

import tomllib

import numpy as np
import pandas as pd
import pytest

from seglib.sources import catalogue, cbs_rounding, elan
from seglib.sources.load import load_comparison, load_counts, load_rows, load_series

FOUR = ("Suriname", "Antillen", "Turkije", "Marokko")


def wide(source, year, unit="", level=None):
    """Shares by unit and group, and the printed denominators, straight from the table."""
    rows = load_rows(source)
    rows = rows[(rows["year"] == year) & rows["unit_code"].str.startswith(unit)]
    if level:
        rows = rows[rows["level"] == level]
    shares = rows.pivot(index="unit_code", columns="group", values="share")
    return shares, rows.groupby("unit_code")["denominator"].first()


def gap(ours, theirs):
    """Half the summed gap between two groups' spreads."""
    return 0.5 * np.abs(ours / ours.sum() - theirs / theirs.sum()).sum()


def entropies(persons):
    """M, H and E in nats; 0 log 0 is 0."""
    joint = persons / persons.sum()
    units, groups = joint.sum(axis=1, keepdims=True), joint.sum(axis=0, keepdims=True)
    held = joint > 0
    city = -np.sum(groups * np.log(groups))
    mutual = np.sum(joint[held] * np.log(joint[held] / (units * groups)[held]))
    return mutual, mutual / city, city


def within_printing(value, decimals):
    """A value that was printed with so many decimals, give or take one in the last."""
    return pytest.approx(value, abs=1.01 * 10**-decimals)


class TestAmsterdam2016:
    """PUBLISHED_FIGURES, B1 to B7: computed by others from the same public file."""

    SHARES, POPULATION = wide("ois-amsterdam-2016", 2016)
    PERSONS = SHARES.mul(POPULATION, axis=0)

    def test_population(self):
        assert self.POPULATION.sum() == 834_713
        assert len(self.POPULATION) == 98

    @pytest.mark.parametrize(
        ("group", "share"),
        [
            ("Suriname", 0.0794),
            ("Antillen", 0.0147),
            ("Turkije", 0.0511),
            ("Marokko", 0.0900),
            ("overig niet-westers", 0.1133),
            ("westers", 0.1682),
            ("Nederland", 0.4833),
        ],
    )
    def test_b1_city_shares(self, group, share):
        city = self.PERSONS[group].sum() / self.PERSONS.to_numpy().sum()
        assert city == within_printing(share, 4)

    @pytest.mark.parametrize(
        ("group", "value"),
        [
            ("Marokko", 0.4275),
            ("Turkije", 0.4452),
            ("Suriname", 0.3441),
            ("Antillen", 0.2839),
            ("overig niet-westers", 0.1903),
            ("westers", 0.1723),
            ("Nederland", 0.2564),
        ],
    )
    def test_b2_against_the_rest(self, group, value):
        ours = self.PERSONS[group]
        assert gap(ours, self.PERSONS.sum(axis=1) - ours) == within_printing(value, 4)
        table = load_counts("Amsterdam", 2016)
        # Whole persons instead of shares move D by less than 0.0005 here.
        loaded = gap(table.column(group), table.complement(group))
        assert loaded == pytest.approx(value, abs=0.0005)

    @pytest.mark.parametrize(
        ("group", "value"),
        [
            ("Marokko", 0.4709),
            ("Turkije", 0.5031),
            ("Suriname", 0.4110),
            ("Antillen", 0.3595),
            ("overig niet-westers", 0.2796),
            ("westers", 0.0968),
        ],
    )
    def test_b3_against_the_dutch(self, group, value):
        assert gap(self.PERSONS[group], self.PERSONS["Nederland"]) == within_printing(value, 4)

    def test_b5_m_h_and_e(self):
        mutual, theil, city = entropies(self.PERSONS.to_numpy())
        assert mutual == within_printing(0.141964, 5)
        assert theil == within_printing(0.092793, 5)
        assert city == within_printing(1.529897, 4)

    def test_b7_majorities(self):
        largest = self.SHARES.drop(columns="Nederland").max()
        assert largest["Suriname"] == 0.33
        assert largest["Marokko"] == 0.288
        assert largest["Turkije"] == 0.233
        assert (self.SHARES["Nederland"] > 0.5).sum() == 62


G1 = {2005: 742_877, 2009: 753_707, 2013: 792_320, 2017: 834_486}
G2 = {2005: 0.0988, 2009: 0.0978, 2013: 0.0949, 2017: 0.0893}
G3 = {
    2005: (0.3350, 0.3302, 0.4369, 0.4233),
    2009: (0.3478, 0.3122, 0.4408, 0.4202),
    2013: (0.3463, 0.2934, 0.4401, 0.4235),
    2017: (0.3421, 0.2787, 0.4315, 0.4173),
}
G4 = {
    2005: (0.4022, 0.3945, 0.4936, 0.4659),
    2009: (0.4092, 0.3786, 0.4986, 0.4620),
    2013: (0.4117, 0.3621, 0.4969, 0.4654),
    2017: (0.4082, 0.3504, 0.4870, 0.4584),
}


@pytest.mark.parametrize("year", sorted(G1))
class TestAmsterdamPanel:
    """PUBLISHED_FIGURES, G1 to G4: another recovery of the same panel, 82 common units."""

    def test_g1_population(self, year):
        assert load_series("Amsterdam")[year].total == G1[year]

    def test_g2_information(self, year):
        counts = load_series("Amsterdam")[year].counts
        assert entropies(counts)[1] == within_printing(G2[year], 4)

    def test_g3_against_the_rest(self, year):
        table = load_series("Amsterdam")[year]
        found = [gap(table.column(group), table.complement(group)) for group in FOUR]
        assert found == [within_printing(value, 4) for value in G3[year]]

    def test_g4_against_the_dutch(self, year):
        table = load_series("Amsterdam")[year]
        found = [gap(table.column(group), table.column("Nederland")) for group in FOUR]
        assert found == [within_printing(value, 4) for value in G4[year]]

    def test_every_share_is_a_whole_part_of_its_denominator(self, year):
        shares, denominators = wide("ois-amsterdam-panel", year)
        persons = shares.dropna().mul(denominators.dropna(), axis=0).to_numpy()
        assert np.abs(persons - np.round(persons)).max() < 1e-6
        assert (np.round(persons).sum(axis=1) == denominators.dropna().to_numpy()).all()

    def test_denominators_are_the_smallest_but_for_one(self, year):
        shares, denominators = wide("ois-amsterdam-panel", year)
        persons = np.round(shares.dropna().mul(denominators.dropna(), axis=0)).astype(int)
        factor = persons.apply(lambda row: np.gcd.reduce(row.to_numpy()), axis=1)
        larger = factor[factor > 1].to_dict()
        assert larger == ({"M30": 2} if year == 2013 else {})


def test_the_panel_agrees_with_the_population_of_2016():
    _, panel = wide("ois-amsterdam-panel", 2017)
    _, wijken = wide("ois-amsterdam-2016", 2016)
    then = pd.Series({u: sum(wijken.get(p, 0) for p in u.split("+")) for u in panel.index})
    ratio = panel / then
    assert ratio.min() > 0.975 and ratio.max() < 1.115
    # The difference is Zuidas, which the panel leaves out.
    assert set(wijken.index) - {p for u in panel.index for p in u.split("+")} == {"K23"}


def test_merged_codes_are_thirteen_and_written_out():
    units = load_rows("ois-amsterdam-panel")["unit_code"].unique()
    merged = [unit for unit in units if "+" in unit]
    assert len(units) == 83 and len(merged) == 13
    parts = [part for unit in units for part in unit.split("+")]
    assert all(len(part) == 3 and part[0].isalpha() and part[1:].isdigit() for part in parts)
    assert len(parts) == len(set(parts))


class TestCbs:
    ROWS = load_rows("cbs-kwb-amsterdam")

    @pytest.mark.parametrize("year", [2017, 2019])
    @pytest.mark.parametrize(("level", "units"), [("wijk", 99), ("buurt", 479)])
    def test_units_add_up_to_the_unrounded_city(self, year, level, units):
        rows = self.ROWS[self.ROWS["year"] == year]
        sums = rows.pivot_table(index="group", columns="level", values="persons", aggfunc="sum")
        inhabitants = rows.drop_duplicates("unit_code").groupby("level")["denominator"].sum()
        assert rows.loc[rows["level"] == level, "unit_code"].nunique() == units
        assert inhabitants[level] == pytest.approx(inhabitants["gemeente"], rel=0.002)
        city = inhabitants["gemeente"]
        assert np.abs(sums[level] - sums["gemeente"]).max() < 0.003 * city

    def test_the_city_totals_of_the_publisher(self):
        city = self.ROWS[(self.ROWS["level"] == "gemeente") & (self.ROWS["year"] == 2017)]
        assert set(city["denominator"]) == {844_947}
        assert city["persons"].sum() == 844_947

    def test_all_counts_of_units_are_multiples_of_5(self):
        units = self.ROWS[self.ROWS["level"] != "gemeente"]
        assert (units["persons"] % 5 == 0).all()

    def test_every_wijk_is_the_sum_of_its_buurten_within_rounding(self):
        for year in (2017, 2019):
            wijk, buurt = (load_counts("Amsterdam", year, level=kind) for kind in ("wijk", "buurt"))
            merged = buurt.merge("wijk")
            order = [merged.units.index(unit) for unit in wijk.units]
            assert (merged.lower[order] <= wijk.upper).all()
            assert (wijk.lower <= merged.upper[order]).all()

    def test_the_groups_of_a_unit_overlap_with_its_inhabitants(self):
        rows = self.ROWS[self.ROWS["level"] != "gemeente"]
        sums = rows.groupby(["year", "unit_code"])[["lower", "upper"]].sum()
        printed = rows.groupby(["year", "unit_code"])["denominator"].first()
        assert (sums["lower"] <= printed + cbs_rounding.SLACK).all()
        assert (printed - cbs_rounding.SLACK <= sums["upper"]).all()

    def test_d_at_the_city_is_close_to_the_other_office(self):
        cbs_2017 = load_counts("Amsterdam", 2017)
        ois_2016 = load_counts("Amsterdam", 2016)
        for group in FOUR:
            found = [
                gap(table.column(group), table.complement(group)) for table in (cbs_2017, ois_2016)
            ]
            assert found[0] == pytest.approx(found[1], abs=0.012)


class TestTheHague:
    """PUBLISHED_FIGURES, end of G: first look at all 44 wijken, 2009 to 2016."""

    @pytest.mark.parametrize(
        ("group", "percent"), [("Marokko", -6.9), ("Turkije", -3.0), ("Suriname", -5.1)]
    )
    def test_the_first_look_counted_all_44_wijken(self, group, percent):
        values = []
        for year in (2009, 2016):
            shares, totals = wide("elan-den-haag", year, "WK0518")
            assert len(shares) == 44
            values.append(gap(shares[group] * totals, (1 - shares[group]) * totals))
        assert 100 * (values[1] / values[0] - 1) == pytest.approx(percent, abs=0.1)

    @pytest.mark.parametrize(
        ("group", "percent"), [("Marokko", -6.9), ("Turkije", -3.0), ("Suriname", -5.1)]
    )
    def test_without_the_copies_the_fall_is_a_little_larger(self, group, percent):
        series = load_series("Den Haag", [2009, 2016])
        values = [gap(t.column(group), t.complement(group)) for t in series.values()]
        change = 100 * (values[1] / values[0] - 1)
        assert percent - 0.6 < change < percent

    def test_the_declared_copies_are_those_in_the_figures(self):
        rows = load_rows("elan-den-haag")
        found = {frozenset(pair) for pair in elan.find_copies(rows).items()}
        declared = catalogue.source("elan-den-haag").copies
        assert found == {frozenset(pair) for pair in declared.items()}

    def test_without_the_copies_each_gemeente_is_4_to_6_percent_above_cbs(self):
        beside = load_comparison("elan-den-haag").set_index("unit_code")
        whole = beside[beside["level"] == "gemeente"]
        assert len(whole) == 4
        assert whole["ratio"].between(1.03, 1.07).all()
        assert whole.loc["GM0518", "cbs"] == 514_580
        assert whole.loc["GM0518", "elan"] == 568_060 - 8_340 - 20_590

    def test_without_the_copies_each_share_of_a_gemeente_is_that_of_cbs(self):
        beside = load_comparison("elan-den-haag")
        whole = beside[beside["level"] == "gemeente"]
        for group in elan.CBS_2015:
            gaps = (whole[f"{group} elan"] - whole[f"{group} cbs"]).abs()
            assert gaps.max() < 1.0

    def test_the_odd_wijken_are_named(self):
        beside = load_comparison("elan-den-haag").set_index("unit_code")
        odd = set(beside.index[beside["remark"] == "other people"])
        assert odd == {"WK051810", "WK051819", "WK051839", "WK060308"}
        assert (beside["remark"] == "older division").sum() == 17

    def test_totals_are_tens_and_shares_are_fives(self):
        rows = load_rows("elan-den-haag")
        assert (rows["denominator"] % 10 == 0).all()
        persons = rows["share"] * rows["denominator"]
        assert np.abs(persons - np.round(persons)).max() < 1e-6
        shown = np.round(persons)[rows["group"] != "overig niet-westers"]
        assert (shown % 5 == 0).all()
        assert shown[shown > 0].min() == 15

    def test_the_old_classes_go_on_in_2022(self):
        rows = load_rows("elan-den-haag")
        assert set(rows.loc[rows["year"] == 2022, "classification"]) == {"herkomst-tot-2022"}


def test_every_gemeente_with_figures_has_a_name():
    register = tomllib.loads((catalogue.data_folder() / "regions.toml").read_text("utf-8"))
    named = {entry["code"] for entry in register["gemeente"]}
    for one in catalogue.sources():
        assert set(one.gemeenten) <= named
    for region in register["region"]:
        assert set(region["codes"]) <= named
