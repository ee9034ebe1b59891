"""A small notebook in two languages that brings each kind of output, for the report tests."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ABOUT = {
    "number": "00",
    "title": {"nl": "Herkomst, klein", "en": "Origin, small"},
    "description": {
        "nl": "Een klein voorbeeld: hoe ongelijk zijn twee groepen over vier buurten verdeeld?",
        "en": "A small example: how unevenly do two groups live over four areas?",
    },
}
SETUP = """\
from IPython.display import Markdown, display

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'width="460pt" height="230pt" viewBox="0 0 460 230"><defs>'
    '<style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}</style>'
    '<clipPath id="clip"><rect x="60" y="20" width="380" height="160"/></clipPath>'
    '<path id="dot" d="M-4 0A4 4 0 1 0 4 0A4 4 0 1 0 -4 0z"/></defs>'
    '<rect width="460" height="230" style="fill: #ffffff"/>'
    '<path d="M60 180H440M60 20V180" style="fill: none; stroke: #1b2430"/>'
    '<path d="M100 60L240 90L400 120" clip-path="url(#clip)" '
    'style="fill: none; stroke: #0072b2; stroke-width: 2"/>'
    '<use xlink:href="#dot" x="100" y="60"/><use xlink:href="#dot" x="400" y="120"/>'
    '<text x="100" y="200" style="font: 10px DejaVu Sans">2005</text>'
    '<text x="380" y="200" style="font: 10px DejaVu Sans">2017</text>'
    '<text x="408" y="116" style="font: 10px DejaVu Sans">Turkije</text></svg>'
)
KIND = "application/vnd.seglib.{}+json".format
"""
PARAMETERS = """\
place = "Amsterdam"  # gemeente
years = []  # empty: all there are
lang = "nl"  # nl or en
seed = 1  # of the draws
fast = False  # fewer draws
"""
CHOICE = """\
from seglib.errors import UnknownPlaceError
chosen = years or [2005, 2017]
dutch = lang == "nl"
if place == "Nergens":
    raise UnknownPlaceError("No source knows 'Nergens'. Did you mean 'Bergen'?")
if place == "Nul":
    1 / 0
print(f"{place}: {chosen}")
"""
TABLE = """\
first = "43,2 (42,8–43,6)" if dutch else "43.2 (42.8–43.6)"
rows = [["Turkije", first, "−0,5"], ["Marokko", "40,1", "−1,2"]]
columns = ["Groep", "D", "Verschil"] if dutch else ["Group", "D", "Change"]
caption = "D per groep, in procenten" if dutch else "D by group, in percent"
table = {"caption": caption, "columns": columns, "rows": rows, "align": ["left", "right", "right"]}
display({KIND("table"): table, "text/html": "<table></table>", "text/plain": caption}, raw=True)
"""
FIGURE = """\
title = "D daalt in Amsterdam" if dutch else "D falls in Amsterdam"
alt = "Een dalende lijn van 2005 naar 2017." if dutch else "A line that falls from 2005 to 2017."
plotted = {"columns": columns, "rows": rows}
about = {"title": title, "alt": alt, "caption": title + ".", "lang": lang, "table": plotted}
about["source"] = "OIS Amsterdam" if dutch else "OIS, Amsterdam"
display({"image/svg+xml": DRAWING, KIND("figure"): about, "text/plain": alt}, raw=True)
"""
SENTENCE = """\
text = "In **2017** is D voor Turkije 43,2." if dutch else "In **2017** D for Turkije is 43.2."
display(Markdown(text))
"""
EVIDENCE = """\
verdict = "Bewering C04 krijgt steun." if dutch else "Claim C04 is supported."
evidence = {"claim": "C04", "outcome": "supported", "value": 43.2, "secret": "xyz" + "zy"}
display({KIND("evidence"): evidence, "text/markdown": verdict}, raw=True)
"""


def small_notebook() -> NotebookNode:
    """The notebook as its author wrote it, without outputs."""
    cells = [
        *_twins("# Een titel", "# A title", "title"),
        *_twins(
            "**Vraag.** Is de stad evenwichtiger? Zie [de meting](#verdeling-en-maat).\n\n"
            "De maat is $D = \\frac{1}{2} \\sum_i |a_i - b_i|$, en\n\n$$0 \\le D \\le 1.$$",
            "**Question.** Is the city more even? See [the measure](#spread-and-measure).\n\n"
            "The measure is $D = \\frac{1}{2} \\sum_i |a_i - b_i|$, and\n\n$$0 \\le D \\le 1.$$",
        ),
        _code(SETUP, "setup"),
        _code(PARAMETERS, "parameters"),
        _code(CHOICE),
        *_twins("## Verdeling en maat", "## Spread and measure"),
        _code(TABLE, "table"),
        *_twins("## Verloop", "## Course"),
        _code(FIGURE, "figure"),
        _code(SENTENCE, "prose"),
        *_twins("### Nog eens", "### Again"),
        _code(FIGURE, "figure"),
        _code(EVIDENCE, "claim"),
        *_twins(
            "## Oefening\n\nReken na.\n\n| buurt | a |\n|:--|--:|\n| 1 | 30 |\n\n"
            "<details><summary>Oplossing</summary>\n\nHet is *een half*.\n\n</details>",
            "## Exercise\n\nCheck it.\n\n| area | a |\n|:--|--:|\n| 1 | 30 |\n\n"
            "<details><summary>Solution</summary>\n\nIt is *a half*.\n\n</details>",
            "exercise",
        ),
        *_twins("## In het kort", "## In short", "summary"),
        _code(SENTENCE, "summary"),
    ]
    return new_notebook(cells=cells, metadata={"seglib": ABOUT})


def _twins(dutch: str, english: str, *tags: str) -> list[NotebookNode]:
    both = zip(("nl", "en"), (dutch, english), strict=True)
    return [new_markdown_cell(text, metadata={"tags": [lang, *tags]}) for lang, text in both]


def _code(source: str, *tags: str) -> NotebookNode:
    return new_code_cell(source.strip(), metadata={"tags": list(tags)})


def with_output(data: dict[str, object], *, canonical: bool = True) -> NotebookNode:
    """A notebook whose one code cell, the second cell, has this output already."""
    cell = new_code_cell("display(it)", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("display_data", data=data)]
    metadata = {"seglib": {"title": "T", "run": {"canonical": canonical, "parameters": {}}}}
    return new_notebook(cells=[new_markdown_cell("## Begin"), cell], metadata=metadata)


def write_folder(folder: Path, *, place: str = "Amsterdam") -> Path:
    """A folder of notebooks with a register of one run."""
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(small_notebook(), folder / "00_klein.ipynb")
    run = {"notebook": "00_klein", "id": "stad", "canonical": True, "place": place, "fast": True}
    lines = [f"{name} = {json.dumps(value)}" for name, value in run.items()]
    (folder / "runs.toml").write_text("[[run]]\n" + "\n".join(lines) + "\n", "utf-8")
    return folder


@functools.cache  # a fixture that several files import would be made anew in each
def _reports(base: Path) -> Path:
    from seglib.report.run import make_reports

    folder = base / "small-reports"
    make_reports(write_folder(folder / "notebooks"), folder / "reports", say=lambda line: None)
    return folder / "reports"


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of the small notebook, made once for all tests."""
    return _reports(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def executed(reports: Path) -> NotebookNode:
    """The small notebook as executed in Dutch."""
    return nbformat.read(reports / "nl" / "00-klein-stad.ipynb", as_version=4)
