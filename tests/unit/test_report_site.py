"""The list of reports: Dutch first, each report with its page and PDF."""

from __future__ import annotations

from markupsafe import escape

from seglib.report.check import problems
from seglib.report.dictionary import PAGES
from seglib.report.site import Entry, index, read_entries, write_site
from seglib.sources import catalogue
from seglib.sources.area_figures import figure_sources


def _entry(lang, title="T & T", stem="01-t-delft"):
    return Entry(stem, lang, title, "Delft", f"{title}: Delft", "Over Delft.", "01")


def test_dutch_comes_first_and_each_report_has_page_and_pdf():
    page = index([_entry("en"), _entry("nl")])
    assert page.index('href="nl/01-t-delft.html"') < page.index('href="en/01-t-delft.html"')
    assert 'href="nl/01-t-delft.pdf"' in page and "T &amp; T: Delft" in page
    assert problems(page) == []


def test_the_next_run_reads_what_was_there(tmp_path):
    assert read_entries(tmp_path) == []
    write_site(tmp_path, [_entry("nl")])
    assert read_entries(tmp_path) == [_entry("nl")]


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
