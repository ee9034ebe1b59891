"""What a scan is made of: one gemeente or wijk, the newest figures or those that are here."""

from __future__ import annotations

from dataclasses import replace

import loopback
import openpyxl
import pytest

from seglib import load_place, load_voices
from seglib.errors import FetchError, MissingDataError, ParameterError, UnknownPlaceError
from seglib.sources import addresses
from seglib.sources.fetch import Fetcher, fetch_files

COLUMNS = ("gwb_code_8", "gwb_code", "regio", "gm_naam", "recs", "a_inw", "a_w_all", "a_nw_all")
COLUMNS += ("a_marok", "a_antaru", "a_suri", "a_tur", "a_ov_nw")
BUURTEN = 6


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGLIB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "localhost")


def edition(path, gemeente="GM0503"):
    """A file in the form of the newest edition: one gemeente, one wijk and its buurten."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(COLUMNS)
    digits, figures = gemeente[2:], (1000, 100, 150, 30, 10, 20, 50, 40)
    whole = [BUURTEN * figure for figure in figures]
    sheet.append([digits, gemeente, "Delft", "Delft", "Gemeente", *whole])
    sheet.append([f"{digits}00", f"WK{digits}00", "Wijk 00", "Delft", "Wijk", *whole])
    for number in range(BUURTEN):
        code = f"{digits}000{number}"
        sheet.append([code, f"BU{code}", f"Buurt {number}", "Delft", "Buurt", *figures])
    book.save(path)
    return path.read_bytes()


@pytest.fixture
def fetch(tmp_path):
    """Fetches over HTTPS from a server on this machine that has the newest edition."""
    one = addresses.fetchable("kwb")
    name = one.name(max(one.files))
    with loopback.serving(tmp_path) as server:
        server.routes[f"/{name}"] = loopback.file(edition(tmp_path / name))
        fetcher = Fetcher(hosts=(server.host,), certificate=server.certificate, tries=1)

        def from_here(one, years):
            files = {year: name for year in years}
            here = replace(one, folder=server.url("/"), files=files)
            return fetch_files(here, years, fetcher=fetcher, say=lambda told: None)

        yield from_here


def test_the_newest_figures_are_taken_where_there_is_a_network(fetch):
    table = load_place("Delft", newest=True, fetch=fetch)
    newest = max(addresses.fetchable("kwb").files)
    assert (table.place, table.year, table.n_units) == ("Delft", newest, BUURTEN)
    assert table.source == "kwb-delft"
    assert table.column("Marokko").tolist() == [30] * BUURTEN


def test_without_a_network_the_reference_year_stays():
    def unreachable(one, years):
        raise FetchError("There is no network.")

    table = load_place("Delft", newest=True, fetch=unreachable)
    assert (table.year, table.source) == (2015, "cbs-wijkbuurt-2015")


def test_newest_figures_of_another_gemeente_leave_the_reference_year(fetch):
    assert load_place("Gouda", newest=True, fetch=fetch).year == 2015


@pytest.mark.parametrize("wijk", ["Feijenoord", "wijk 07 feijenoord", "WK059910"])
def test_a_wijk_is_found_by_name_or_code(wijk):
    table = load_place("Rotterdam", wijk=wijk)
    assert table.place == "Feijenoord (Rotterdam)"
    assert set(table.part_of("wijk")) == {"WK059910"}
    assert table.total < load_place("Rotterdam").total


def test_a_misspelt_wijk_gets_the_nearest_names():
    with pytest.raises(UnknownPlaceError, match="no wijk 'Feyenoord' in 2015"):
        load_place("Rotterdam", wijk="Feyenoord")
    with pytest.raises(UnknownPlaceError, match="Nearest: WK003401, WK003402, WK003403"):
        load_place("Almere", wijk="zzz")


def test_a_scan_is_of_one_gemeente_with_enough_residents():
    with pytest.raises(ParameterError, match="one gemeente, and Delft, Gouda holds 2"):
        load_place(["Delft", "Gouda"])
    with pytest.raises(MissingDataError, match="fewer than 50 residents in 2015"):
        load_place("Rotterdam", wijk="Rivium")


def test_what_people_said_stands_apart_from_what_a_model_estimates():
    found = load_voices("Rotterdam").set_index("item")
    assert found.at["ThuisVoelen_p", "kind"] == "survey"
    assert (found.at["ThuisVoelen_p", "value"], found.at["ThuisVoelen_p", "year"]) == (57.0, 2018)
    assert found.at["MoeiteMetRondkomen_38", "kind"] == "model estimate"
    assert (found["low"] <= found["high"]).all()


def test_a_model_score_is_of_the_buurten_of_that_gemeente_only():
    utrecht, amersfoort = load_voices("Utrecht").iloc[0], load_voices("Amersfoort").iloc[0]
    assert utrecht["kind"] == "model estimate"
    assert utrecht["value"] is None
    assert (utrecht["low"], utrecht["areas"]) != (amersfoort["low"], amersfoort["areas"])


def test_a_model_score_of_a_few_buurten_is_not_told():
    assert load_place("Renswoude").n_units == 2
    assert load_voices("Renswoude").empty


def test_where_nobody_was_asked_there_is_no_row():
    assert load_voices("Vlieland").empty
