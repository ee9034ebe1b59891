"""Do answers stand beside the persons of the same areas, and is what is lost counted?"""

import numpy as np
import pytest
from small_bbga import bbga

from seglib import CountTable, load_counts, load_survey_areas
from seglib.errors import MissingDataError, UnknownPlaceError
from seglib.sources import rotterdam
from seglib.sources.area_figures import load_figures
from seglib.sources.survey_areas import composition, load_modelled_areas


@pytest.fixture(scope="module")
def areas():
    return load_survey_areas("Rotterdam")


def test_69_of_71_areas_remain_and_the_other_two_are_named(areas):
    assert areas.frame.groupby("year")["unit_code"].nunique().to_dict() == {2014: 69, 2016: 69}
    assert set(areas.lost) == {"Groot IJsselmonde-Noord", "Groot IJsselmonde-Zuid"}


def test_an_area_of_several_buurten_adds_their_persons_up(areas):
    codes = rotterdam.load_units().set_index("unit_code").loc["3003", "cbs_2015"]
    table = load_counts("Rotterdam", 2015, level="buurt", source="cbs-kwb-rotterdam")
    cells = table.counts[[table.units.index(code) for code in codes]].sum(axis=0)
    shares = cells / cells.sum()
    row = areas.waves[2014].set_index("unit_code").loc["3003"]
    assert len(codes) > 1
    assert row["persons"] == cells.sum()
    assert row["diversity"] == pytest.approx(1 - (shares**2).sum(), abs=1e-12)


def test_an_answer_is_that_of_the_survey_and_its_wording_too(areas):
    home = load_figures("rotterdam-wijkprofiel", 2016, "ThuisVoelen_p").set_index("unit_code")
    row = areas.waves[2016].set_index("unit_code").loc["10"]
    assert row["ThuisVoelen_p"] == home.loc["10", "value"]
    assert areas.wording["ThuisVoelen_p"].endswith("thuis te voelen bij buurtbewoners")


def test_rounding_leaves_diversity_between_its_bounds(areas):
    frame = areas.frame
    assert (frame["diversity_lower"] <= frame["diversity"]).all()
    assert (frame["diversity"] <= frame["diversity_upper"]).all()


def test_the_bounds_hold_every_table_that_the_rounding_allows():
    random = np.random.default_rng(1)
    printed = np.array([[500, 40, 15], [60, 200, 5]])
    lower, upper = np.maximum(printed - 12, 0), printed + 12
    table = CountTable.from_counts(
        printed, groups=("Nederland", "a", "b"), lower=lower, upper=upper
    )
    found = composition(table)
    for _ in range(200):
        drawn = random.integers(lower, upper + 1)
        shares = drawn / drawn.sum(axis=1, keepdims=True)
        simpson = 1 - (shares**2).sum(axis=1)
        assert (found["diversity_lower"] <= simpson).all()
        assert (simpson <= found["diversity_upper"]).all()


def test_an_area_without_persons_has_no_composition():
    table = CountTable.from_counts([[0, 0], [3, 1]], groups=("Nederland", "a"))
    assert composition(table).index.tolist() == ["2"]


def test_every_area_has_a_shape_and_a_distance(areas):
    assert set(areas.shapes["unit_code"]) == set(areas.frame["unit_code"])
    assert areas.frame["centre_km"].between(0, 30).all()
    assert areas.waves[2014].set_index("unit_code").loc["10", "centre_km"] == 0


def test_estimates_of_a_model_stand_beside_persons():
    frame = load_modelled_areas("leefbaarometer-utrecht", "Utrecht", 2015, ["leefbarometer_score"])
    assert len(frame) > 80
    assert frame["leefbarometer_score"].between(3, 5).all()


def test_a_place_without_a_survey_is_refused_with_those_there_are():
    with pytest.raises(UnknownPlaceError, match="Rotterdam, Amsterdam"):
        load_survey_areas("Utrecht")


def test_amsterdam_asks_for_the_file_of_the_publisher():
    with pytest.raises(MissingDataError, match="csv as file="):
        load_survey_areas("Amsterdam")


def test_a_file_in_the_form_of_the_bbga_gives_areas_of_amsterdam(tmp_path):
    areas = load_survey_areas("Amsterdam", bbga(tmp_path))
    assert sorted(areas.waves) == [2015, 2017]
    assert areas.themes["home"] == ("LTHUISVOELEN_R",)
    assert areas.themes["cohesion"] == ("LSOCCOH_R",)
    assert areas.held == ("income", "social_rent")
    assert areas.frame["diversity"].between(0, 1).all()
    assert areas.lost == {}
    assert areas.shapes is None
