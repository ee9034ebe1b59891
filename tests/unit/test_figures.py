"""Can everyone read the figures, and are they the same bytes each time?"""

import re
from dataclasses import replace
from xml.etree import ElementTree

import geopandas
import matplotlib
import numpy as np
import pandas as pd
import pytest
import shapely

from seglib import CountTable, CountTables, figures, load_series
from seglib.errors import ReportError
from seglib.figures.canvas import COLOURS, INK, MUTED, PAPER, clean_svg, text_width, wrapped
from seglib.figures.lines import draw_line, looks
from seglib.language import gather, word_list
from seglib.result import (
    ChangeDecomposition,
    ChangeEstimate,
    Decomposition,
    Estimate,
    LocalEstimates,
)
from seglib.table import Dropped

SVG = "{http://www.w3.org/2000/svg}"
GROUPS = (
    "Nederland",
    "Marokko",
    "Turkije",
    "Suriname",
    "Antillen",
    "overig niet-westers",
    "westers",
)
FIGURE = "application/vnd.seglib.figure+json"


def estimate(year, group="Marokko", other="rest", value=0.42, **facts):
    known = {
        "low": value - 0.004,
        "high": value + 0.004,
        "null_adjusted": value - 0.01,
        "place": "Amsterdam",
        "year": year,
        **facts,
    }
    return Estimate("D_rest" if other == "rest" else "D", value, (group, other), 82, **known)


def series_of_all(years=(2005, 2009, 2013, 2017)):
    return [
        {year: estimate(year, group, other, 0.2 + 0.04 * place) for year in years}
        for place, group in enumerate(GROUPS)
        for other in ("rest", "Nederland")
        if group != other
    ]


def multigroup():
    values = (0.0988, 0.0893)
    return [
        Estimate("H", value, (), 82, low=value - 0.001, high=value + 0.001, year=year)
        for year, value in zip((2005, 2017), values, strict=True)
    ] + [Estimate("M", 0.13, (), 82, reason="small-cells", year=2005)]


def change(group="Marokko", **facts):
    known = {
        "percent_low": -2.5,
        "percent_high": -0.4,
        "percent_per_decade": -1.2,
        "percent_per_decade_low": -2.1,
        "percent_per_decade_high": -0.3,
        "years": 12.0,
        "leave_one_low": -2.2,
        "leave_one_high": 0.3,
        "place": "Amsterdam",
        "first_year": 2005,
        "last_year": 2017,
        **facts,
    }
    return ChangeEstimate("D_rest", (group, "rest"), 0.42, 0.41, -0.01, -1.4, 82, **known)


def parts(**facts):
    values = {
        "removals": 0.0,
        "additions": 0.0,
        "group_margin": -0.0022,
        "unit_margin": 0.0009,
        "structural": -0.0069,
    }
    known = {"reason": "exact", "reason_code": "arithmetic", "years": (2005, 2017), **facts}
    return ChangeDecomposition("M", values, -0.0082, **known)


def ground():
    codes = [f"W{place}" for place in range(12)]
    cells = [
        shapely.box(x, y, x + 900, y + 900) for x in range(0, 3600, 900) for y in (0, 900, 1800)
    ]
    frame = {"unit_code": codes, "unit_name": codes}
    return geopandas.GeoDataFrame(frame, geometry=cells, crs=28992)


def local(year=2017, persons=None, symbol="ls"):
    codes = tuple(ground()["unit_code"])
    persons = np.full(12, 900) if persons is None else persons
    values = np.linspace(0.01, 0.4, 12)
    return LocalEstimates(
        symbol, codes, codes, values, persons, place="Amsterdam", year=year, reason="exact"
    )


def all_figures(lang):
    shares = {group: {2005: 0.08, 2017: 0.09} for group in GROUPS[:4]}
    isolation = [
        Estimate("xPx", 0.16, (group,), 82, low=0.15, high=0.17, year=year)
        for group in GROUPS[:4]
        for year in (2005, 2017)
    ]
    published = {"Marokko": -6.0}
    return {
        "series": figures.series(series_of_all(), lang=lang, source="OIS"),
        "yearly": figures.series(series_of_all(tuple(range(2009, 2023))), lang=lang),
        "multigroup": figures.series(multigroup(), lang=lang),
        "one year": figures.series(estimate(2016), lang=lang),
        "changes": figures.changes(
            [change(group) for group in GROUPS[1:]], lang=lang, published=published
        ),
        "counterfactual": figures.counterfactual([(change(), 0.415)], lang=lang),
        "decomposition": figures.decomposition(parts(), lang=lang),
        "isolation parts": figures.decomposition(
            Decomposition(
                "xPx",
                {"share": 0.01, "evenness": -0.004},
                0.006,
                ("Turkije",),
                low={"share": 0.008},
                high={"share": 0.012},
            ),
            lang=lang,
        ),
        "isolation": figures.isolation(isolation, shares, lang=lang),
        "large group": figures.isolation(
            [
                Estimate("xPx", value, (group,), 82, low=value, high=value + 0.01, year=year)
                for group, value in zip(
                    GROUPS, (0.56, 0.17, 0.11, 0.18, 0.03, 0.14, 0.19), strict=True
                )
                for year in range(2009, 2023)
            ],
            {group: dict.fromkeys(range(2009, 2023), 0.02) for group in GROUPS},
            lang=lang,
        ),
        "map": figures.area_map(
            ground(),
            {2005: local(2005), 2017: local(persons=np.array([49, *[90] * 11]))},
            lang=lang,
            level="wijk",
        ),
    }


NL, EN = all_figures("nl"), all_figures("en")
EVERY = [*NL.values(), *EN.values()]


def luminance(colour):
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def boxes(svg):
    """Left, top, right and bottom of every line of text, from the same letters as were drawn."""
    for text in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        style = text.get("style")
        size = float(re.search(r"font(?:-size)?: [^;]*?([\d.]+)px", style)[1])
        words = "".join(text.itertext())
        wide = 72 * text_width(words, size, bold="bold" in style or "700" in style)
        x, y = float(text.get("x", 0)), float(text.get("y", 0))
        moved = re.search(r"translate\(([\d.-]+) ([\d.-]+)\)", text.get("transform", ""))
        if moved:
            x, y = x + float(moved[1]), y + float(moved[2])
        start = {"middle": x - wide / 2, "end": x - wide}
        anchor = re.search(r"text-anchor: (\w+)", style)
        left = start.get(anchor[1] if anchor else "", x)
        yield left, y - 0.75 * size, left + wide, y + 0.2 * size, words, size


@pytest.mark.parametrize("figure", EVERY, ids=lambda figure: f"{figure.title} {figure.lang}")
def test_text_stays_inside_never_overlaps_and_is_large_enough(figure):
    root = ElementTree.fromstring(figure.svg)
    width, height = float(root.get("width")), float(root.get("height"))
    assert width == 504
    found = list(boxes(figure.svg))
    assert found
    for left, top, right, bottom, words, size in found:
        assert left >= 0 and top >= 0 and right <= width and bottom <= height, words
        assert size >= 9, words
    for place, one in enumerate(found):
        for other in found[place + 1 :]:
            apart = (
                one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            )
            assert apart, (one[4], other[4])


@pytest.mark.parametrize("figure", EVERY, ids=lambda figure: f"{figure.title} {figure.lang}")
def test_every_figure_has_its_words_and_is_small(figure):
    root = ElementTree.fromstring(figure.svg)
    title, description = root[0], root[1]
    assert (title.tag, description.tag) == (f"{SVG}title", f"{SVG}desc")
    assert title.text == figure.title and description.text == figure.description
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert figure.caption and figure.table.rows
    assert len(figure.svg) < 60_000
    assert "metadata" not in figure.svg and "clip-path" not in figure.svg
    bundle = figure._repr_mimebundle_()
    assert set(bundle) == {"image/svg+xml", FIGURE, "text/plain"}
    assert bundle[FIGURE]["alt"] == bundle["text/plain"] == figure.alt


def test_two_runs_give_the_same_bytes():
    again = all_figures("nl")
    assert {name: figure.svg for name, figure in again.items()} == {
        name: figure.svg for name, figure in NL.items()
    }


def test_what_a_notebook_set_before_neither_shows_nor_is_lost():
    backend = matplotlib.get_backend()
    with matplotlib.rc_context({"font.size": 30, "lines.linewidth": 9, "svg.fonttype": "path"}):
        drawn = figures.decomposition(parts(), lang="nl").svg
        assert matplotlib.rcParams["font.size"] == 30
    assert drawn == NL["decomposition"].svg
    assert matplotlib.get_backend() == backend


def test_identifiers_differ_between_figures_and_every_reference_is_kept():
    seen = set()
    for figure in EVERY:
        own = set(re.findall(r'\bid="([^"]+)"', figure.svg))
        used = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', figure.svg))
        assert {name for pair in used for name in pair if name} <= own
        assert not own & seen
        seen |= own


def test_cleaning_rounds_places_and_leaves_colours_and_words():
    raw = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'width="504pt" height="10pt"><metadata/><defs><style>*{a: b}</style></defs>'
        '<path id="ffffff" d="M 1.26 -0.04 L 2 3.999" style="fill: #ffffff"/>'
        '<use xlink:href="#ffffff" x="1.55" y="2"/>'
        '<text x="3.14159" transform="rotate(-0 3.14159 2)" '
        "style=\"font: 9px 'DejaVu Sans'\">1.2345</text></svg>"
    )
    clean = clean_svg(raw, "Title", "Words")
    assert "fill: #ffffff" in clean and ">1.2345<" in clean
    assert 'd="M 1.3 0 L 2 4"' in clean and 'x="3.1"' in clean
    assert "rotate" not in clean and "style>" not in clean and 'id="ffffff"' not in clean


def test_drawn_colours_are_those_of_the_figure():
    drawn = NL["series"].svg
    for colour in COLOURS[:6]:
        assert colour in drawn


def test_a_group_keeps_its_look_in_every_figure_whoever_else_is_shown():
    every = looks(GROUPS)
    assert [look["color"] for look in every.values()] == list(COLOURS)
    assert looks(["Turkije"])["Turkije"] == every["Turkije"]
    assert list(looks(["Suriname", "", "Nederland"])) == ["Nederland", "Suriname", ""]
    colour = every["Turkije"]["color"]
    own = Estimate("xPx", 0.16, ("Turkije",), 82, low=0.15, high=0.17, year=2005)
    for drawn in (
        figures.series(estimate(2016, "Turkije"), lang="nl"),
        figures.changes(change("Turkije"), lang="nl"),
        figures.isolation(own, {"Turkije": {2005: 0.1}}, lang="nl"),
    ):
        assert colour in drawn.svg and COLOURS[0] not in drawn.svg


def test_unknown_groups_take_the_looks_that_are_left():
    found = looks(["b", "Nederland", "a"])
    assert list(found) == ["Nederland", "b", "a"]
    assert [found[group]["color"] for group in "ba"] == list(COLOURS[1:3])
    many = looks([*GROUPS, *"abcdefg"])
    assert len({(look["color"], look["marker"]) for look in many.values()}) == 14


def test_text_and_marks_stand_out_from_the_paper():
    assert min(contrast(colour, PAPER) for colour in (INK, MUTED)) >= 4.5
    assert min(contrast(colour, PAPER) for colour in COLOURS) >= 3
    assert len(set(COLOURS)) == 7


def test_text_is_measured_and_broken():
    lines = wrapped("een lange zin met veel woorden", 1.0, 9)
    assert " ".join(lines) == "een lange zin met veel woorden"
    assert len(lines) > 1 and all(text_width(line, 9) <= 1.0 for line in lines)


def test_a_description_says_in_words_what_is_drawn():
    assert (
        NL["one year"].alt
        == "Stippen met hun marge. Marokkaans tegenover alle anderen 42,0 in 2016."
    )
    assert EN["changes"].alt.startswith(
        "Dot plot, against everyone else. Moroccan: Change in percent per ten years −1.2%, Margin"
    )
    assert "synthesis (another area) −6.0%" in EN["changes"].alt.replace("Synth", "synth")


def test_one_year_is_drawn_with_its_margin_and_its_value_without_chance():
    axes = matplotlib.figure.Figure().add_subplot()
    (line,) = gather([estimate(2016)])
    draw_line(axes, line, {"color": INK, "marker": "o"}, shift=0.2)
    one = line.estimates[0]
    (bar,) = axes.collections[0].get_segments()
    assert np.allclose(bar, [[2016.2, 100 * one.low], [2016.2, 100 * one.high]])
    drawn = [mark.get_xydata()[0] for mark in axes.lines]
    assert np.allclose(drawn, [[2016.2, 100 * one.null_adjusted], [2016.2, 100 * one.value]])


def test_a_series_table_holds_margin_and_value_without_chance():
    row = NL["one year"].table.rows[0]
    assert row == (
        "Marokkaanse herkomst",
        "D",
        "alle anderen",
        "2016",
        "42,0",
        "41,6 tot 42,4",
        "41,0",
    )
    assert NL["multigroup"].table.rows[-1][5] == "te weinig personen per gebied"


def test_leave_one_out_is_shown_per_ten_years_like_the_change():
    row = NL["changes"].table.rows[0]
    assert row[3] == "−1,8 tot +0,3\u202f%"
    assert row[4] == "−6,0\u202f%"
    assert NL["changes"].table.rows[1][4] == "–"


def test_a_title_of_ones_own_is_taken_as_it_is():
    assert figures.changes(change(), lang="nl", title="Van {hier}").title == "Van {hier}"


def test_changes_without_years_are_shown_in_plain_percent():
    plain = change(percent_per_decade=None, years=None, first_year=None)
    assert "procent per tien" not in figures.changes([plain], lang="nl").svg


def test_a_reference_that_all_share_is_said_once_below_the_title():
    assert NL["changes"].title == "Verandering van dissimilariteitsindex D in Amsterdam, 2005–2017"
    below = "Tegenover alle anderen; verandering in procent per tien jaar"
    assert below in [words for *_, words, _ in boxes(NL["changes"].svg)]
    assert NL["changes"].table.caption.endswith("; tegenover alle anderen")
    assert NL["changes"].table.rows[0][0] == "Marokkaans"
    dutch = replace(change(), symbol="D", groups=("Marokko", "Nederland"))
    both = figures.changes([change(), dutch], lang="nl")
    assert "tegenover" not in both.table.caption
    assert both.table.rows[1][0] == "Marokkaans tegenover Nederlands"


def test_a_counterfactual_is_in_percent_of_the_start():
    assert NL["counterfactual"].table.rows[0][5] == "−1,2\u202f%"


def test_a_decomposition_leaves_out_parts_of_zero_and_says_why_there_is_no_margin():
    assert [row[0] for row in NL["decomposition"].table.rows] == [
        "groei of krimp van groepen",
        "groei of krimp van gebieden",
        "een andere spreiding",
        "totaal",
    ]
    assert NL["decomposition"].caption.endswith("een exacte verdeling van getelde personen.")
    assert NL["isolation parts"].table.rows[0][3] == "+0,8 tot +1,2"


def test_a_figure_refuses_a_result_without_interval_or_reason():
    bare = estimate(2016, low=None, high=None)
    for draw, result in (
        (figures.series, bare),
        (figures.changes, [change(percent_low=None)]),
        (figures.decomposition, parts(reason="")),
    ):
        with pytest.raises(ReportError, match="interval"):
            draw(result, lang="nl")


def test_years_are_written_where_there_is_room_the_first_and_the_last_always():
    def written(figure):
        return [words for *_, words, _ in boxes(figure.svg) if re.fullmatch(r"20\d\d", words)]

    assert written(NL["yearly"]) == ["2009", "2013", "2017", "2022"] * 2
    assert written(NL["large group"]) == ["2009", "2022"] * 7


def test_a_percent_is_as_high_in_the_panel_of_a_large_group():
    tops = {}
    for _, top, right, _, words, _ in boxes(NL["large group"].svg):
        if words in ("0\u202f%", "20\u202f%"):
            tops.setdefault(round(right), []).append((top, words))
    large, others = (sorted(tops[right], reverse=True) for right in sorted(tops))
    assert [words for _, words in large] == ["0\u202f%", "20\u202f%"]
    assert large[0][0] - large[1][0] == pytest.approx(others[0][0] - others[1][0], abs=0.2)


def test_isolation_needs_the_share_of_each_year():
    found = Estimate("xPx", 0.16, ("Turkije",), 82, reason="x", year=2005)
    with pytest.raises(ReportError, match="'Turkije' in 2005"):
        figures.isolation(found, {"Turkije": {2017: 0.1}}, lang="nl")


def test_a_map_hides_small_areas_and_names_them_nowhere_below_the_wijk():
    assert NL["map"].table.rows[0] == ("W0", "0,010", "niet getoond")
    assert "minder dan 50" in " ".join(words for *_, words, _ in boxes(NL["map"].svg))
    assert "1 niet getoond" in NL["map"].alt
    buurten = figures.area_map(ground(), local(), lang="nl", level="buurt")
    assert [row[0] for row in buurten.table.rows[:2]] == ["1", "2"]
    assert "W0" not in buurten.svg
    assert "minder dan 50" not in buurten.svg


def test_an_area_without_figures_is_hatched():
    found = local()
    some = replace(
        found,
        units=found.units[1:],
        unit_names=found.unit_names[1:],
        values=found.values[1:].copy(),
        persons=found.persons[1:].copy(),
    )
    assert "url(#" in figures.area_map(ground(), some, lang="nl").svg


def test_areas_without_a_boundary_are_counted_under_the_map():
    drawn = figures.area_map(ground().iloc[1:], local(), lang="nl")
    assert drawn.caption.endswith("Gebieden zonder grens op deze kaart: 1.")
    assert "zonder grens" not in figures.area_map(ground(), local(), lang="nl").caption


def test_a_map_takes_bounds_and_shares_in_percent():
    drawn = figures.area_map(
        ground(), local(symbol="share"), lang="nl", bounds=(0, 0.1, 0.2, 0.3, 0.5)
    )
    words = {words for *_, words, _ in boxes(drawn.svg)}
    assert {"0 tot 10\u202f%", "10 tot 20\u202f%", "20 tot 30\u202f%", "30 tot 50\u202f%"} <= words


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"bounds": (0, 0.1, 0.2, 0.5)}, "4 classes or more and got 3"),
        ({"values": local(persons=np.zeros(12, dtype=int))}, "at least one value"),
        ({"boundaries": ground().iloc[:2]}, "has no boundary on this map, and most others"),
    ],
)
def test_a_map_that_would_mislead_is_refused(facts, words):
    known = {"boundaries": ground(), "values": local(), **facts}
    with pytest.raises(ReportError, match=words):
        figures.area_map(**known, lang="nl")


def test_a_table_is_read_with_headers_and_in_the_readers_numbers():
    frame = pd.DataFrame(
        {"jaar": ["2005", "2017"], "D": [0.4233, np.nan], "n": np.array([82, 1082])}
    )
    table = figures.table(frame, caption="D & jaar", lang="nl", decimals={"D": 3})
    assert table.rows == (("2005", "0,423", "82"), ("2017", "–", "1.082"))
    html = table.as_html()
    assert "<caption>D &amp; jaar</caption>" in html
    assert '<th scope="col" class="left">jaar</th>' in html
    assert '<th scope="row" class="left">2005</th>' in html
    bundle = table._repr_mimebundle_()
    assert bundle["application/vnd.seglib.table+json"]["align"] == ["left", "right", "right"]
    assert bundle["text/plain"].splitlines()[0] == "D & jaar"


def test_a_table_that_cannot_be_read_is_refused():
    with pytest.raises(ReportError, match="caption and a heading"):
        figures.table([("a", 1)], caption="", lang="nl", columns=("x", "y"))
    with pytest.raises(ReportError, match="has 1 cells for 2"):
        figures.Table(("x", "y"), (("a",),), "T", "nl")
    assert figures.table(
        [("a", True, 2)], caption="T", lang="en", columns=("x", "y", "z")
    ).rows == (("a", "yes", "2"),)


def tables_of(source, level="wijk", reasons=("the source gives no figures",)):
    found = {}
    for year in (2005, 2017):
        dropped = tuple(
            Dropped(f"W{n}", f"Wijk {n}", 120 if n else None, r) for n, r in enumerate(reasons)
        )
        found[year] = CountTable.from_counts(
            [[30, 1040], [10, 30]],
            groups=("a", "b"),
            units=("U1", "U2"),
            unit_names=("Noord", "Zuid"),
            source=source,
            level=level,
            place="Amsterdam",
            dropped=dropped,
        )
    return CountTables.from_tables(found)


REASONS = (
    "the source gives no figures",
    "no figures in every year of the series",
    "the source repeats the figures of U2 here",
    "no figures in every year of the series",
    "own choice",
)


def test_persons_computed_from_shares_are_never_printed():
    told = figures.provenance(tables_of("ois-amsterdam-panel", reasons=REASONS), lang="nl")
    assert told.columns == ("Peiljaar", "Gebieden", "Weggelaten gebieden")
    assert told.caption.endswith("de bron publiceert aandelen en geen aantallen")
    assert told.rows[0][2] == (
        "Wijk 0: de bron geeft geen cijfers; Wijk 1 en Wijk 3: niet in alle jaren cijfers; "
        "Wijk 2: de bron herhaalt hier de cijfers van Zuid; Wijk 4: own choice"
    )
    assert told.rows[1][2] == "dezelfde gebieden"


def test_printed_persons_are_shown_and_what_is_left_out_has_its_reason():
    told = figures.provenance(tables_of("elan-den-haag", reasons=REASONS[:3]), lang="en")
    assert told.rows[0] == (
        "2005",
        "2",
        "1,110",
        "not known",
        "Wijk 0: the source gives no figures; Wijk 1: no figures in every year; "
        "Wijk 2: the source repeats the figures of Zuid here",
    )
    known = figures.provenance(tables_of("elan-den-haag", reasons=REASONS[1:3]), lang="en")
    assert [row[3] for row in known.rows] == ["not known", "not known"]
    none = figures.provenance(tables_of("elan-den-haag", reasons=()), lang="nl")
    assert [row[2:] for row in none.rows] == [("1.110", "0", "niets")] * 2


def test_persons_of_what_is_left_out_are_added_up_where_all_are_known():
    tables = tables_of("elan-den-haag", reasons=())
    gone = (Dropped("W1", "Wijk 1", 120, REASONS[1]), Dropped("W2", "Wijk 2", 30, REASONS[1]))
    some = CountTables.from_tables({2005: replace(tables[2005], dropped=gone)})
    assert figures.provenance(some, lang="nl").rows[0][3] == "150"
    few = (Dropped("W1", "Wijk 1", 4, REASONS[1]), Dropped("W2", "Wijk 2", 5, REASONS[1]))
    some = CountTables.from_tables({2005: replace(tables[2005], dropped=few)})
    assert figures.provenance(some, lang="nl").rows[0][3] == "minder dan 10"
    assert figures.provenance(some, lang="en").rows[0][3] == "fewer than 10"


def test_units_left_out_below_the_wijk_are_counted_and_not_named():
    told = figures.provenance(tables_of("cbs-kwb-amsterdam", "buurt", REASONS[1:2] * 2), lang="nl")
    assert told.rows[0][4] == "2 buurten: niet in alle jaren cijfers"


def test_every_reason_of_the_sources_has_words_in_both_languages():
    for place in ("Amsterdam", "Den Haag"):
        for one in load_series(place).values():
            for left in one.dropped:
                assert any(mark in left.reason for mark in word_list("left_out")["nl"])
