"""The site: a list by language, notebook and place, and pages on data and method."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tomllib

import pytest
from bs4 import BeautifulSoup
from markupsafe import escape

from seglib.errors import ReportError
from seglib.language import check_wording
from seglib.registry import REGISTRY
from seglib.report.check import problems
from seglib.report.dictionary import PAGES
from seglib.report.method import METHOD_PAGES, PROOF, method_page, method_texts
from seglib.report.render import TEMPLATES
from seglib.report.site import Entry, index, pages, read_entries, write_site
from seglib.report.theme import read_theme
from seglib.sources import catalogue
from seglib.sources.area_figures import figure_sources


def _entry(lang, place="Delft", title="T & T", number="01", **more):
    stem = more.pop("stem", f"{number}-t-{place.lower()}")
    full_title = f"{title}: {place}, 2015" if place else title
    return Entry(stem, lang, title, place, full_title, f"Over {title}.", number, **more)


def _soup(*entries):
    page = index(entries)
    assert problems(page) == []
    return BeautifulSoup(page, "html.parser")


def test_dutch_comes_first_and_each_report_has_its_files():
    page = index([_entry("en"), _entry("nl", formats=("html", "pdf", "docx", "parts"))])
    assert page.index('href="nl/01-t-delft.html"') < page.index('href="en/01-t-delft.html"')
    for name in ("nl/01-t-delft.pdf", "nl/01-t-delft.docx", "nl/01-t-delft.zip"):
        assert f'href="{name}"' in page
    assert "en/01-t-delft.docx" not in page and "T &amp; T" in page
    assert problems(page) == []


def test_reports_stand_under_their_notebook_by_place_with_the_year():
    soup = _soup(_entry("nl", "Zwolle"), _entry("nl", "Ede"), _entry("nl", "", "A", "03"))
    assert [" ".join(each.get_text().split()) for each in soup.select("h3")] == [
        "Werkboek 01 T & T",
        "Werkboek 03 A",
    ]
    assert [each.find("a").get_text() for each in soup.select(".places li")] == [
        "Ede, 2015",
        "Zwolle, 2015",
        "A",
    ]


def test_two_reports_of_one_place_are_told_apart():
    soup = _soup(_entry("nl"), _entry("nl", stem="01-t-eigen-delft-1a2b3c"), _entry("nl", "Ede"))
    assert [each.get_text() for each in soup.select("small")] == [
        "01-t-delft",
        "01-t-eigen-delft-1a2b3c",
    ]


def test_a_place_is_found_without_accents_and_capitals():
    (item,) = _soup(_entry("nl", "Súdwest-Fryslân")).select("[data-find]")
    assert item["data-find"] == "01 t t sudwest fryslan 2015"
    (item,) = _soup(_entry("nl", "'s-Hertogenbosch")).select("[data-find]")
    assert "s hertogenbosch" in item["data-find"]


def test_the_page_allows_its_own_script_and_no_other():
    soup = _soup(_entry("nl"))
    (script,) = soup.select("script")
    digest = base64.b64encode(hashlib.sha256(script.string.encode()).digest()).decode()
    policy = soup.select_one("meta[http-equiv=Content-Security-Policy]")["content"]
    assert re.findall(r"script-src ([^;]*)", policy) == [f"'sha256-{digest}'"]
    assert "default-src 'none'" in policy and "unsafe-inline'; img" in policy
    assert soup.select_one("form").has_attr("hidden")  # until the script runs
    assert not soup.select("[data-find][hidden]")


def test_a_site_without_reports_is_a_page_all_the_same():
    assert problems(index([])) == []


def test_four_hundred_reports_make_one_light_page():
    page = index([_entry("nl", f"Plaats {number}") for number in range(400)])
    assert len(page) < 200_000
    assert len(BeautifulSoup(page, "html.parser").select("[data-find]")) == 400


def test_a_theme_dresses_the_site_too(tmp_path):
    (tmp_path / "theme.toml").write_text(
        'publisher = "Instituut <b>"\n[light]\naccent = "#7a1f5c"\n[colophon]\nnl = "Druk: wij."\n'
        'en = "Printed by us."\n[logo]\nfile = "logo.svg"\nnl = "Ons beeldmerk"\nen = "Our logo"\n'
    )
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/>'
    )
    (tmp_path / "logo.svg").write_text(f"{svg}</svg>")
    write_site(tmp_path, [_entry("nl")], theme=read_theme(tmp_path / "theme.toml"))
    for name in pages():
        text = (tmp_path / name).read_text("utf-8")
        assert "#7a1f5c" in text and problems(text) == []
    listed = (tmp_path / "index.html").read_text("utf-8")
    assert "Instituut &lt;b&gt;" in listed and "Druk: wij." in listed
    assert 'alt="Ons beeldmerk"' in listed and 'src="data:image/svg+xml' in listed


def test_the_list_leads_to_what_other_commands_made():
    soup = BeautifulSoup(index([_entry("nl"), _entry("en")], beside=("places",)), "html.parser")
    led = [link["href"] for link in soup.select(".further a") if link["href"].startswith("places")]
    assert led == ["places/index.html", "places/index.html"]
    assert "training/" not in str(soup)


def test_the_next_run_reads_what_was_there(tmp_path):
    assert read_entries(tmp_path) == []
    write_site(tmp_path, [_entry("nl", formats=("html",))])
    assert read_entries(tmp_path) == [_entry("nl", formats=("html",))]


@pytest.mark.parametrize("text", ["[", '[{"stem": "a"}]', '[{"name": 1}]', "[1]"])
def test_a_register_of_another_version_is_named(tmp_path, text):
    (tmp_path / "reports.json").write_text(text)
    with pytest.raises(ReportError, match=r"reports.json of folder .* Make all reports again"):
        read_entries(tmp_path)


def test_every_link_of_the_site_leads_somewhere(tmp_path):
    write_site(tmp_path, [])
    for name in pages():
        text = (tmp_path / name).read_text("utf-8")
        assert problems(text, base=(tmp_path / name).parent) == []
        for page in (*PAGES.values(), *METHOD_PAGES.values()):
            assert name != "index.html" or f'href="{page}"' in text


def test_the_pages_on_the_data_say_of_each_source_what_a_reader_must_know(tmp_path):
    write_site(tmp_path, [_entry("nl"), _entry("en")])
    for lang, page in PAGES.items():
        text = (tmp_path / page).read_text("utf-8")
        assert problems(text) == []
        for one in (*catalogue.sources(), *figure_sources()):
            assert f'<h2 id="{one.key}"' in text
            for said in (one.publisher, one.checked_against[lang], one.licence_seen[lang]):
                assert escape(said) in text
            assert all(
                name in text and digest[:16] in text for name, digest in one.checksums.items()
            )
        assert "zich thuis te voelen bij buurtbewoners" in text  # the literal question
        assert f'href="{page}"' in (tmp_path / "index.html").read_text("utf-8")
    for word in ("model estimate", "schatting uit een model"):
        assert word in (tmp_path / PAGES["nl" if word[0] == "s" else "en"]).read_text("utf-8")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_measure_is_explained_in_the_language_of_the_page(lang):
    page = method_page(lang)
    assert len(page["list"]) == len({entry.function for entry in REGISTRY.values()})
    assert all(each["meaning"] and "Source:" in each["more"] for each in page["list"])
    if lang == "nl":
        known = {symbol for symbol, entry in REGISTRY.items() if entry.rest != symbol}
        assert set(method_texts("nl")["explained"]) == known


def test_how_far_a_margin_holds_comes_from_the_proof(tmp_path):
    stamp = json.loads(PROOF.read_text("utf-8"))
    inside = stamp["counts"]["inside"]
    said = " ".join(text for each in method_page("en")["sections"] for text in each["texts"])
    assert f"In {sum(inside.values())} of these the method promises a margin" in said
    assert f"In {inside.get('off', 0)} it is not" in said
    without = method_page("en", tmp_path / "none.json")["sections"]
    assert "coverage.md" not in " ".join(text for each in without for text in each["texts"])
    assert "{" not in said


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_page_on_method_is_worded_with_care(lang):
    texts = tomllib.loads((TEMPLATES / "method.toml").read_text("utf-8"))[lang]
    told = [
        texts["title"],
        texts["lead"],
        texts["measures_lead"],
        *texts.get("explained", {}).values(),
    ]
    for section in texts["sections"]:
        told += [section["title"], *section["text"], *section.get("proof", ())]
    assert [problem for text in told for problem in check_wording(text, lang)] == []
