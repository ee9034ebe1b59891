"""The workbench without its screen: files of one's own, choices, views, code and files to keep."""

from __future__ import annotations

import base64
import io
import re
import tomllib
import zipfile
from datetime import datetime
from importlib.resources import files

import geopandas
import openpyxl
import pytest
import shapely

from seglib.errors import (
    ParameterError,
    SeglibError,
    SourceFormatError,
    UndefinedMeasureError,
    UnknownYearError,
)
from seglib.figures import Figure
from seglib.language import LANGUAGES, Sentence, check_wording
from seglib.workbench import Choice, Panel, look, own_table, read_table, show
from seglib.workbench.choice import INDICES, areas_offered, places_offered
from seglib.workbench.exports import files_of, links_to
from seglib.workbench.view import View

TOWN = "buurt;wijk;A;B\n1;N;80;20\n2;N;80;20\n3;Z;20;80\n4;Z;20;80\n"


def read(text, **options):
    return read_table(text if isinstance(text, bytes) else text.encode(), name="f.csv", **options)


def workbook(rows) -> bytes:
    book, made = openpyxl.Workbook(), io.BytesIO()
    book.create_sheet("void", 0)
    for row in rows:
        book.worksheets[1].append(row)
    book.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        "buurt;A;B\n1;80;20\n2;20;80\n",
        "buurt,A,B\r\n1,80,20\r\n2,20,80\r\n",
        "buurt\tA\tB\n1\t80\t20\n2\t20\t80\n",
        "\ufeffBuurt ;A;B\n1;80,0;20\n2;20;80\n;;\n",
        "buurt;A;B;;\n1;80;20;;\n2;20;80;;\n",
        "buurt;totaal;A;B\n1;100;80;20\n2;100;20;80\n",
        "gebied;groep;personen\n1;A;80\n1;B;20\n2;A;20\n2;B;80\n",
        "buurt;A;B\n1;80;20\n2;20;80\n".encode("utf-16"),
        workbook([["buurt", "A", "B"], ["1", 80, 20.0], [2, "20", 80]]),
    ],
    ids="semicolon comma tab bom-and-comma-decimal unnamed total long utf-16 xlsx".split(),
)
def test_a_table_is_read_however_it_was_saved(content):
    table = read(content).tables[None]
    assert (table.groups, table.units) == (("A", "B"), ("1", "2"))
    assert table.counts.tolist() == [[80, 20], [20, 80]]


def test_an_accent_of_windows_is_read_and_leading_zeros_stay():
    text = "buurtcode;buurt;A;B\n01;Geuzenveld é;8;2\n02;b;2;8\n"
    table = read(text.encode("cp1252")).tables[None]
    assert (table.units, table.unit_names[0]) == (("01", "02"), "Geuzenveld é")


def test_years_points_and_larger_areas_are_recognised():
    text = "jaar;buurt;wijk;x;y;A;B\n2015;1;N;1,5;2;8;2\n2015;2;Z;3;4;2;8\n"
    own = read(text + "2020;1;N;1,5;2;9;1\n2020;2;Z;3;4;1;9\n")
    table = own.tables[2020]
    assert list(own.tables) == [2015, 2020]
    assert (table.year, table.level, table.parts) == (2020, "buurt", {"wijk": ("N", "Z")})
    assert table.points_m.tolist() == [[1.5, 2.0], [3.0, 4.0]]
    assert table.counts.tolist() == [[9, 1], [1, 9]]


def test_whoever_the_groups_leave_over_of_a_total_is_a_group():
    table = read("buurt;A;B;totaal\n1;5;3;10\n2;1;1;2\n").tables[None]
    assert table.groups == ("A", "B", "overig")
    assert table.counts.tolist() == [[5, 3, 2], [1, 1, 0]]
    table = read("buurt;A;overig;totaal\n1;5;3;10\n2;1;1;2\n").tables[None]
    assert (table.groups[1:], table.counts[0].tolist()) == (("overig", "overig (+)"), [5, 3, 2])


WRONG = {
    "void": ("", "is leeg"),
    "heads only": ("buurt;A;B\n", "is leeg"),
    "web": ("<!doctype html>", "webpagina"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "oud Excel-bestand"),
    "broken xlsx": (b"PK\x03\x04rest", "niet te lezen"),
    "binary": (b"\x89PNG\r\n\0\0", "geen tekst"),
    "one column": ("buurt\n1\n", "maar één kolom: 'buurt'"),
    "title": ("Bevolking\nbuurt;A;B\n1;2;3\n", "geen regel koppen; er staat 'Bevolking'"),
    "title in xlsx": (workbook([["Bevolking"], ["buurt", "A"]]), "er staat 'Bevolking'"),
    "no unit": ("plek;A;B\n1;2;3\n", "mist een kolom met het gebied.*plek, A, B"),
    "no groups": ("buurt;A\n1;2\n", "kolommen met een groep 1"),
    "one unit": ("buurt;A;B\n1;2;3\n", "aantal gebieden 1"),
    "twin heads": ("buurt;A;A\n1;2;3\n", "de kop 'A' staat er meer dan eens"),
    "ragged at once": ("buurt;A;B\n1;2;3;4\n", "regel 2: er staan 4 vakken, de koppen zijn er 3"),
    "ragged later": ("buurt;A;B\n1;2;3\n2;2;3;4\n", "regel 3: er staan 4 vakken"),
    "quotes": ('buurt;A;B\n1;"2;3\n', "aanhalingsteken"),
    "empty cell": ("buurt;A;B\n1;2;3\n2;;3\n", "regel 3, kolom 'A' is leeg"),
    "no name": ("buurt;A;B\n;2;3\n", "regel 2, kolom 'buurt' is leeg"),
    "secret": ("buurt;A;B\n1;2;3\n2;x;3\n", "kolom 'A': 'x' is een teken voor geheim"),
    "secret of CBS": ("buurt;A;B\n1;2;-99997\n2;3;3\n", "'-99997' is een teken voor geheim"),
    "text": ("buurt;A;B\n1;2;3\n2;2;veel\n", "regel 3, kolom 'B': 'veel' is geen aantal"),
    "remarks": ("buurt;A;B;let op\n1;2;3;ja\n2;3;3;\n", "kolom 'let op': 'ja' is geen aantal"),
    "infinite": ("buurt;A;B\n1;2;inf\n2;2;3\n", "'inf' is geen aantal"),
    "beyond counting": ("buurt;A;B\n1;2;1e30\n2;2;3\n", "'1e30' is geen aantal"),
    "negative": ("buurt;A;B\n1;2;-3\n2;2;3\n", "'-3' is kleiner dan 0"),
    "decimals": ("buurt;A;B\n1;2,5;3\n2;2;3\n", "'2,5' is geen heel getal"),
    "thousands": ("buurt;A;B\n1;1.250;3\n2;2;3\n", "'1.250' kan duizend zijn of een breuk"),
    "twice": ("buurt;A;B\n1;2;3\n1;2;3\n", "regel 3: 1 staat er al"),
    "total row": ("buurt;A;B\n1;2;3\nTotaal;2;3\n", "regel 3 is een totaal"),
    "over": ("buurt;A;B;totaal\n1;2;3;4\n", "samen 5, meer dan 'totaal' met 4"),
    "absent": ("buurt;groep;aantal\n1;A;2\n1;B;2\n2;A;2\n", "gebied '2' ontbreekt groep 'B'"),
    "no point": ("buurt;A;B;x;y\n1;2;3;1;q\n", "kolom 'y': 'q' is geen aantal"),
}


@pytest.mark.parametrize(("content", "told"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_gets_a_sentence_with_its_place_and_cure(content, told):
    with pytest.raises(SourceFormatError, match=rf"^f\.csv.*{told}"):
        read(content)
    with pytest.raises(SourceFormatError) as english:
        read(content, lang="en")
    assert " is leeg" not in str(english.value)
    assert re.search(r"\. [A-Z].*\.$", str(english.value)), "a fault, then a cure"


def test_a_file_that_is_not_there_or_far_too_large_is_told_before_it_is_read(tmp_path):
    with pytest.raises(SourceFormatError, match=r"geen bestand weg\.csv in de map"):
        read_table(tmp_path / "weg.csv")
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(own_table.LARGEST_MB * 1_000_000 + 1)
    with pytest.raises(SourceFormatError, match=r"huge\.csv is 400 MB.*Tel de personen eerst op"):
        read_table(huge)


def test_a_large_file_says_how_far_it_is_and_names_the_line_of_a_late_fault(monkeypatch):
    monkeypatch.setattr(own_table, "CHUNK", 50)
    rows = [f"{unit};{unit};{unit + 1}" for unit in range(200)]
    seen = []
    table = read("\n".join(["buurt;A;B", *rows]), progress=seen.append).tables[None]
    assert table.counts[-1].tolist() == [199, 200]
    assert len(seen) == 4
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    rows[180] = "180;1;-1"
    with pytest.raises(SourceFormatError, match="regel 182"):
        read("\n".join(["buurt;A;B", *rows]))


def test_an_empty_choice_takes_the_longest_series_and_dutch_origin():
    choice = look(Choice()).choice
    assert (choice.source, choice.year) == ("ois-amsterdam-panel", 2017)
    assert (choice.groups, choice.reference) == (("Marokko", "Turkije"), "Nederland")


def test_a_country_begins_with_areas_that_are_quick():
    assert look(Choice("Nederland")).choice.level == "gemeente"


@pytest.mark.parametrize(
    ("choice", "kind", "told"),
    [
        (Choice(index="Q"), ParameterError, "'Q' is hier niet te kiezen. Kies uit D, Gini"),
        (Choice(year=1999), UnknownYearError, "over 1999. Er zijn er over 2005, 2009"),
        (Choice("Urk", groups=("Suriname",)), SeglibError, "Suriname heeft in Urk minder dan 50"),
        (Choice(groups=("Turkije",), reference="Turkije"), ParameterError, "niet met zichzelf"),
        (Choice(groups=("Turkije",) * 5), ParameterError, "ten hoogste 4 groepen; het zijn er 5"),
        (Choice("Urk", level="gemeente"), SeglibError, "Urk is hier één gebied"),
    ],
)
def test_a_choice_that_cannot_be_is_told_in_a_sentence(choice, kind, told):
    with pytest.raises(kind, match=told):
        look(choice)


def test_every_gemeente_can_be_chosen_and_shows_itself():
    places = places_offered()
    assert len(places) > 400
    assert {"Amsterdam", "Schiermonnikoog", "Metropoolregio Amsterdam", "Nederland"} <= set(places)
    assert all(level != "gemeente" for _, level in areas_offered(Choice("Urk")))


def test_d_of_a_town_worked_by_hand_stands_in_table_and_sentence():
    view = look(Choice(own=read(TOWN), groups=("A",), reference="B"))
    assert view.found["A"].value == pytest.approx(0.6, abs=1e-12)
    row = view.certainty().rows[0]
    assert row[:2] == ("A", "60,0")
    assert re.fullmatch(r"\d\d,\d tot \d\d,\d", row[2])
    about, line = view.sentences().split("\n\n")
    assert about == "Dissimilariteitsindex D tegenover B in f, per buurt:"
    assert line.startswith("A: 60,0 (toevalsmarge ")
    assert look(Choice(own=read(TOWN), groups=("A",), level="wijk")).table.units == ("N", "Z")


def test_an_own_table_says_what_it_cannot_show():
    view = look(Choice(own=read(TOWN), lang="en"))
    assert view.map().startswith("No map")
    assert view.trend().startswith("No trend")
    assert view.profile().startswith("No scale")
    assert view.account() == "Own table: f.csv."


def test_small_bases_and_names_of_neighbourhoods_are_hidden_unless_asked():
    rows = look(Choice("Urk")).areas().rows
    named = look(Choice("Urk"), show_names=True).areas().rows
    small = [place for place, one in enumerate(look(Choice("Urk")).table.unit_totals) if one < 50]
    assert [row[0] for row in rows] == [str(place) for place in range(1, 11)]
    assert not any(row[0].isdigit() for row in named)
    assert small
    assert all(rows[place][1] == "niet getoond" for place in small)


@pytest.mark.parametrize("index", INDICES)
def test_the_code_gives_the_numbers_of_the_view(index):
    view = look(Choice(groups=("Suriname", "Turkije"), index=index, lang="en"))
    made: dict = {}
    exec(view.code(), made)
    assert made["found"] == view.found
    assert made["over_years"] == {key: one for key, one in view.over_years.items()}
    for key, one in view.around.by_area.items():
        mine = made["by_area"][key if key in made["by_area"] else index]
        assert mine.values.tolist() == one.values.tolist()
    if INDICES[index].in_context:
        for key, one in view.over_scales.items():
            assert made["over_scales"][key].values.tolist() == one.values.tolist()
            assert made["over_scales"][key].low.tolist() == one.low.tolist()


def test_the_code_of_an_own_table_works_beside_its_file(tmp_path, monkeypatch):
    (tmp_path / "f.csv").write_text(TOWN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    view = look(Choice(own=read(TOWN), groups=("B",), level="wijk", index="Gini"))
    made: dict = {}
    exec(view.code(), made)
    assert made["found"] == view.found


def test_files_to_keep_hold_figures_tables_and_code_and_no_formula():
    view = look(Choice(own=read(TOWN.replace("A;B", "=HYPERLINK(1);B"))))
    made = files_of(view)
    assert set(made) == {"certainty.csv", "certainty.xlsx", "areas.csv", "areas.xlsx", "code.py"}
    assert not re.search(r"(?m)(^|,)\"?=", made["certainty.csv"].decode())
    book = openpyxl.load_workbook(io.BytesIO(made["certainty.xlsx"]))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    link = re.search(r'download="code.py" href="data:text/x-python;base64,([^"]+)"', links_to(made))
    assert base64.b64decode(link[1]).decode() == view.code()


def test_pictures_are_svg_and_png():
    made = files_of(look(Choice("Urk")))
    assert {"map.svg", "map.png", "profile.svg", "profile.png"} <= set(made)
    assert made["map.svg"].startswith(b"<svg")
    assert made["map.png"].startswith(b"\x89PNG")


def test_the_panel_follows_its_widgets_and_says_what_it_did():
    panel = Panel(Choice("Urk"))
    assert panel.status.value.startswith("Klaar: Urk 2015, 10 gebieden")
    panel.place.value = "Zoetermeer"
    assert panel.choice.place == "Zoetermeer"
    panel.groups.value = ("Suriname",)
    panel.index.value = "H"
    assert panel.groups.disabled
    assert panel.view.found["H"].symbol == "H"
    panel.index.value = "D"
    panel.reference.value = "rest"
    assert panel.view.found["Suriname"].groups == ("Suriname", "rest")
    assert "Suriname" in panel.code.value
    seen = panel.parts["certainty"].value
    panel.place.value = "Zoetermer"
    assert "Zoetermer is hier niet bekend. Lijkt op: Zoetermeer" in panel.status.value
    assert (panel.place.value, panel.parts["certainty"].value) == ("Zoetermeer", seen)


def test_who_never_met_an_index_reads_what_it_says_of_each_and_of_the_map():
    for lang in LANGUAGES:
        views = {index: look(Choice("Urk", index=index, lang=lang)) for index in INDICES}
        told = [view.reading() for view in views.values()]
        assert len(set(told)) == len(INDICES)
        assert views["H"].map_reading() != views["D"].map_reading()
    assert look(Choice(own=read(TOWN))).map_reading() is None


def test_the_value_is_shown_before_the_map_is_drawn(monkeypatch):
    panel, seen = Panel(Choice("Urk")), []

    def drawn(view):
        waiting = [key for key, part in panel.parts.items() if part._dom_classes]
        seen.append((panel.status.value, panel.parts["certainty"].value, waiting))

    monkeypatch.setattr(View, "map", drawn)
    panel.place.value = "Zoetermeer"
    status, certainty, waiting = seen[0]
    assert status.startswith("De waarde staat er.")
    assert "in Zoetermeer 2015" in certainty
    assert waiting == ["map"]
    assert not panel.parts["map"]._dom_classes


def test_a_part_that_fails_brings_back_all_of_what_was_seen(monkeypatch):
    panel = Panel(Choice("Urk"))
    seen = {key: part.value for key, part in panel.parts.items()}

    def broken(view):
        raise UndefinedMeasureError("geen tabel")

    monkeypatch.setattr(View, "areas", broken)
    panel.place.value = "Zoetermeer"
    assert panel.status.value == "<b>Dit lukt niet: geen tabel</b>"
    assert {key: part.value for key, part in panel.parts.items()} == seen
    assert panel.place.value == "Urk"


def test_a_source_is_named_briefly_enough_to_be_read_in_its_field():
    told = [name for name, _ in Panel(Choice("Den Haag")).areas.options]
    assert told == ["2015 · buurten · CBS", "2015 · wijken · CBS", "2009–2022 · wijken · LUMC"]


def test_the_panel_opens_a_file_refuses_a_wrong_one_and_shows_hostile_names_as_text(tmp_path):
    panel = Panel(Choice("Urk"))
    path = tmp_path / "own.csv"
    path.write_text(TOWN.replace("80;20", "x;20", 1), encoding="utf-8")
    panel.path.value = str(path)
    assert "regel 2, kolom" in panel.status.value
    assert panel.choice.place == "Urk"
    hostile = TOWN.replace("A;B", "<img src=x onerror=alert(1)>;B").encode()
    upload = {"name": "<b>.csv", "type": "", "size": 1, "content": hostile}
    panel.upload.value = [upload | {"last_modified": datetime(2026, 1, 1)}]
    assert panel.view.table.n_units == 4
    shown = "".join(part.value for part in (*panel.parts.values(), panel.status))
    assert "&lt;img" in shown
    assert "<img" not in shown
    assert "<b>.csv" not in shown


def test_every_widget_has_a_label_in_both_languages():
    for lang in LANGUAGES:
        panel = Panel(Choice("Urk", lang=lang))
        fields = (panel.place, panel.path, panel.areas, panel.year, panel.groups, panel.reference)
        named = [one.description for one in (*fields, panel.index, panel.upload, panel.code)]
        assert all(named)
        assert len(set(named)) == len(named)


def test_nothing_is_shown_where_nobody_can_use_it(capsys):
    show(Choice("Urk"), interactive=False)
    assert capsys.readouterr().out == ""


def test_words_are_there_in_both_languages_with_the_same_braces_and_claim_no_cause():
    words = tomllib.loads(files("seglib.workbench").joinpath("words.toml").read_text("utf-8"))
    wrong = []
    for section in ("file", "view", "panel"):
        for name, texts in words[section].items():
            braces = [sorted(re.findall(r"{\w+}", texts[lang])) for lang in LANGUAGES]
            wrong += [f"{name}: {braces}"] * (set(braces[0]) != set(braces[1]))
            wrong += [line for lang in LANGUAGES for line in check_wording(texts[lang], lang)]
    assert wrong == []


def test_figures_of_a_whole_view_have_a_description():
    view = look(Choice("Den Haag"))
    shown = (view.map(), view.trend(), view.profile())
    assert all(isinstance(one, Figure) and one.alt and one.source for one in shown)
    assert isinstance(view.draws_told(), Sentence)
    assert "secundaire bron" in view.caution()
    assert look(Choice("Urk")).caution() is None


def test_a_profile_of_shares_says_percentages_and_writes_decimals_as_its_reader_does():
    svg = look(Choice("Den Haag", index="xPx", groups=("Suriname",))).profile().svg
    assert ">Procenten</text>" in svg
    assert "Schaal 0" not in svg
    own = read("buurt;x;y;A;B\n1;0;0;300;700\n2;900;0;520;480\n3;1800;0;500;500\n")
    svg = look(Choice(own=own, groups=("A",), reference="B")).profile().svg
    assert re.search(r">\d+,5</text>", svg)
    assert not re.search(r">\d+\.5</text>", svg)


def map_of_town(tmp_path, ending, *, code="mijn_code", grid=28992, points=False):
    """Four squares beside each other whose codes are those of TOWN, as a file."""
    squares = [shapely.box(1e5 + 500 * n, 4e5, 1e5 + 500 * (n + 1), 400_500) for n in range(4)]
    shapes = geopandas.GeoSeries(squares, crs=28992).to_crs(grid)
    frame = geopandas.GeoDataFrame(
        {"soort": [7, 7, 7, 7], code: list("1234")}, geometry=shapes.centroid if points else shapes
    )
    path = tmp_path / f"grens{ending}"
    frame.to_file(path.with_suffix(".shp") if ending == ".zip" else path)
    if ending == ".zip":
        with zipfile.ZipFile(path, "w") as whole:
            for part in tmp_path.glob("grens.[!z]*"):
                whole.write(part, part.name)
    return path


@pytest.mark.parametrize(
    ("ending", "grid"), [(".gpkg", 28992), (".geojson", 4326), (".zip", 28992)]
)
def test_boundaries_of_ones_own_give_a_map_and_a_scale_and_code_that_finds_them(
    tmp_path, monkeypatch, ending, grid
):
    path = map_of_town(tmp_path, ending, grid=grid)
    (tmp_path / "f.csv").write_text(TOWN, encoding="utf-8")
    for file in (path, path.read_bytes()):
        own = read(TOWN).with_boundaries(file, name=path.name)
        view = look(Choice(own=own, groups=("A",), reference="B"))
        assert view.map().source == f"Eigen tabel: f.csv. Grenzen: {path.name}."
        assert view.profile() == "Geen schaal: daarvoor moeten hier meer dan 500 mensen wonen."
        x, y = view.table.points_m.T
        assert x == pytest.approx([100_250, 100_750, 101_250, 101_750], abs=1)
        assert y == pytest.approx([400_250] * 4, abs=1)
    monkeypatch.chdir(tmp_path)
    wijken = look(Choice(own=own, groups=("A",), reference="B", level="wijk"))
    made: dict = {}
    exec(wijken.code(), made)
    assert made["ground"].area.to_numpy() == pytest.approx([500_000, 500_000], rel=1e-3)
    assert made["found"] == wijken.found


@pytest.mark.parametrize(
    ("codes", "level", "known"),
    [
        (["BU05990110", "BU05990111", "elders"], "buurt", 2),
        (["5990110", "5990111"], "buurtcode", 2),
        (["WK059901", "WK059903"], "wijk", 2),
        (["0599", "0363"], "gemeente", 2),
        (["A00", "A01"], "buurtcombinatie", 2),
        (["1", "2", "3"], "gemeente", 0),
        (["elders", "ginds"], "buurt", 0),
    ],
)
def test_codes_of_cbs_and_of_amsterdam_bring_boundaries_along(codes, level, known):
    rows = "".join(f"{code};80;20\n" for code in codes)
    own = read(f"{level};A;B\n{rows}")
    found = own.ground()
    assert (len(found.shapes) if found else 0) == known
    assert found is None or set(found.shapes["unit_code"]) <= set(codes)
    assert isinstance(look(Choice(own=own)).map(), Figure if known else Sentence)


def test_a_wrong_file_of_boundaries_gets_a_sentence_with_a_cure(tmp_path):
    own = read(TOWN)
    other = map_of_town(tmp_path, ".gpkg", code="naam").read_bytes()
    dots = map_of_town(tmp_path, ".geojson", points=True).read_bytes()
    bare = b'{"type":"FeatureCollection","features":[]}'
    for content, name, told in (
        (b"geen kaart", "g.gpkg", "g.gpkg is als kaart niet te lezen"),
        (bare, "leeg.geojson", "geen kolom heeft de codes van de tabel, zoals '1'"),
        (dots, "punt.geojson", "punt.geojson heeft geen vlakken"),
    ):
        with pytest.raises(SourceFormatError, match=told):
            own.with_boundaries(content, name=name)
    strange = read(TOWN.replace("\n1;", "\nx1;").replace("\n2;", "\nx2;").replace("\n3;", "\nx3;"))
    with pytest.raises(
        SourceFormatError, match=r"such as 'x1'.*first cell, are: soort \(7\), naam \(1\)"
    ):
        strange.with_boundaries(other, name="g.gpkg", lang="en")
    with pytest.raises(SourceFormatError, match=r"geen bestand weg\.gpkg in de map"):
        own.with_boundaries(tmp_path / "weg.gpkg")


def test_the_panel_lays_boundaries_under_a_table_and_asks_for_the_table_first(tmp_path):
    path, panel = map_of_town(tmp_path, ".gpkg"), Panel(Choice("Urk"))
    panel.path.value = str(path)
    assert "grens.gpkg heeft grenzen en geen cijfers. Kies eerst een tabel" in panel.status.value
    (tmp_path / "f.csv").write_text(TOWN, encoding="utf-8")
    panel.path.value = str(tmp_path / "f.csv")
    panel.groups.value = ("B",)
    panel.path.value = str(path)
    assert panel.choice.groups == ("B",)
    assert "Grenzen: grens.gpkg" in panel.parts["map"].value
