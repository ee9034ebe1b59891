"""Does notebook 14 have something to say for any gemeente, in whole sentences, and no more?"""

from __future__ import annotations

import ast
import random
import re
import tomllib
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pytest

from seglib.language import check_wording, group_name
from seglib.sources import addresses
from seglib.sources import cache as fetched
from seglib.sources.load import load_counts

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = nbformat.read(ROOT / "notebooks" / "14_wijkscan.ipynb", as_version=4)
SEED, SMALLEST, MORE = 14, 10, 25
BROKEN = re.compile(
    r"\bNone\b|\bnan\b|\binf\b|  |\.\.|[{}]|\(\)| [,.;]|\b0 groepen\b|\b1 groepen\b|\b0 groups\b"
)
ENGLISH = re.compile(r"\b(?:the|and|with|people|residents|share|against|margin|were)\b")
DUTCH = re.compile(r"\b(?:een|niet|mensen|inwoners|herkomst|tegenover|woonden|geen)\b")
SOURCE = re.compile(r"`[^`]*`|^- .*(?:https?://|commit ).*$", re.MULTILINE)


def gemeenten():
    """The smallest gemeenten of 2015, and more of them by a fixed seed."""
    register = tomllib.loads((ROOT / "data" / "regions.toml").read_text(encoding="utf-8"))
    names = {entry["code"]: entry["name"] for entry in register["gemeente"]}
    country = load_counts("Nederland", 2015, level="gemeente", source="cbs-wijkbuurt-2015")
    codes = [country.units[at] for at in np.argsort(country.unit_totals, kind="stable")]
    assert len(codes) == 393
    drawn = random.Random(SEED).sample(sorted(codes[SMALLEST:]), MORE)
    return [names[code] for code in (*codes[:SMALLEST], *drawn)]


PLACES = gemeenten()


def compiled():
    """Each cell as its statements and the expression that it shows."""
    made = []
    for cell in NOTEBOOK.cells:
        if cell.cell_type == "code":
            tree, shown = ast.parse(cell.source), None
            if isinstance(tree.body[-1], ast.Expr):
                shown = compile(ast.Expression(tree.body.pop().value), "cell", "eval")
            made.append((set(cell.metadata.tags), compile(tree, "cell", "exec"), shown))
    return made


CELLS = compiled()


def scan(**parameters):
    """What the cells show, without a kernel, and the names that they leave."""
    names, outputs = {}, []
    for tags, statements, shown in CELLS:
        exec(statements, names)
        if "parameters" in tags:
            names |= parameters
        found = eval(shown, names) if shown else None
        outputs += [] if found is None else [found]
    return outputs, names


@cache
def dutch(place):
    """A scan as it is by default, made once for all that is asked of it."""
    return scan(place=place)


def texts(outputs):
    """Everything that a reader sees of it: sentences, titles, captions and cells of tables."""
    for one in outputs:
        if isinstance(one, str):
            yield str(one)
            continue
        table = getattr(one, "table", one)
        assert table.rows, f"{table.caption} is empty"
        yield table.caption
        yield from table.columns
        yield from (cell for row in table.rows for cell in row)
        if table is not one:
            assert one.svg.count("<path") > 2, f"{one.title} shows nothing"
            yield from (one.title, one.description, one.caption, one.source)


@pytest.mark.parametrize("place", PLACES)
def test_a_scan_has_whole_sentences_and_no_empty_figure(place):
    outputs, names = dutch(place)
    told = list(texts(outputs))
    assert [text for text in told if BROKEN.search(text)] == []
    assert [text for text in told if ENGLISH.search(SOURCE.sub("", text))] == []
    assert [line for text in told for line in check_wording(text, "nl")] == []
    everything = "\n".join(told)
    assert f"Wie woonden er in {names['table'].place} in 2015?" in everything
    assert "Over verandering zegt deze scan daarom niets" in everything or len(names["series"]) > 1
    assert names["names"] == sorted(names["names"], key=str.casefold)
    assert len(names["names"]) == 5


@pytest.mark.parametrize("place", PLACES)
def test_a_scan_shows_no_small_group_and_no_small_number(place):
    outputs, names = dutch(place)
    table = names["table"]
    large = {
        group
        for group in table.groups
        if table.column(group).sum() >= 500 and (table.column(group) > 0).sum() >= 5
    }
    assert set(names["groups"]) == large
    everything = "\n".join(texts(outputs))
    for group in set(table.groups) - large - {"Nederland"}:
        assert group_name(group, "nl") not in everything
    for one in outputs:
        if not isinstance(one, str) and getattr(one, "title", "").startswith("Herkomst van"):
            assert all(int(row[1].replace(".", "")) >= 10 for row in one.table.rows)


@pytest.mark.parametrize("place", [*PLACES, "Nijmegen", "Velsen"])
def test_a_margin_holds_its_value_or_the_caption_explains(place):
    (drawn,) = [
        one
        for one in dutch(place)[0]
        if not isinstance(one, str) and getattr(one, "title", "").startswith("Hoe ongelijk")
    ] or [None]
    outside = []
    for _, _, value, free, margin, _, rounding in drawn.table.rows if drawn else ():
        if (ends := numbers(margin)) and not ends[0] <= numbers(value)[0] <= ends[1]:
            assert ends[0] <= numbers(free)[0] <= ends[1]
            outside.append(f"{value} geteld, {free} zonder toeval")
        if ends := numbers(rounding):
            assert ends[0] <= numbers(value)[0] <= ends[1]
    assert all(told in drawn.caption for told in outside)
    assert outside or place not in ("Nijmegen", "Velsen")


def numbers(text):
    """The numbers of a cell, in the Dutch way."""
    return [float(one.replace(",", ".")) for one in re.findall(r"\d+,\d", text)]


@pytest.mark.parametrize("place", [PLACES[0], PLACES[9], "Wassenaar", "Amersfoort"])
def test_a_scan_speaks_english_too(place):
    outputs, _ = scan(place=place, lang="en")
    told = list(texts(outputs))
    assert [text for text in told if BROKEN.search(text)] == []
    assert [text for text in told if DUTCH.search(SOURCE.sub("", text))] == []
    assert [line for text in told for line in check_wording(text, "en")] == []


def test_a_wijk_is_scanned_beside_other_wijken():
    outputs, names = scan(place="Rotterdam", wijk="Feijenoord")
    everything = "\n".join(texts(outputs))
    assert "Wie woonden er in Feijenoord (Rotterdam) in 2015?" in everything
    assert all(", wijk " in name for name in names["names"])
    assert BROKEN.search(everything) is None


def test_buurten_have_no_name_in_a_scan():
    outputs, names = scan(place="Almere")
    everything = "\n".join(texts(outputs))
    assert [name for name in names["table"].unit_names if name in everything] == []


def test_newest_figures_that_are_out_of_reach_leave_the_reference_year(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGLIB_CACHE", str(tmp_path))
    monkeypatch.setattr(addresses, "hosts", lambda: ("localhost:9",))
    outputs, names = scan(place="Vlieland", newest=True)
    assert names["table"].year == 2015
    assert "De nieuwste cijfers van het CBS konden niet worden opgehaald" in "\n".join(
        texts(outputs)
    )
    assert not any(fetched.held())
