"""The list of reports: Dutch first, each report with its page and PDF."""

from __future__ import annotations

from seglib.report.check import problems
from seglib.report.site import Entry, index, read_entries, write_site


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
