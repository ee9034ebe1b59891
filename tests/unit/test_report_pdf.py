"""The PDF is tagged, in its language, the same bytes twice, and refuses what cannot be read."""

from __future__ import annotations

import pytest
import typst
from small_notebook import executed, reports, with_output  # noqa: F401

from seglib.errors import ReportError
from seglib.report.document import FIGURE
from seglib.report.pdf import compile_typst, pdf

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0H9"/></svg>'


def test_the_same_notebook_gives_the_same_bytes(executed, reports, tmp_path):  # noqa: F811
    pdf(executed, "nl", tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == (reports / "nl" / "00-klein-stad.pdf").read_bytes()


def test_the_setting_settles_without_a_remark_of_typst(executed, tmp_path, monkeypatch):  # noqa: F811
    remarks = []

    def compiled(*arguments, **options):
        made, found = typst.compile_with_warnings(*arguments, **options)
        remarks.extend(found)
        return made

    monkeypatch.setattr(typst, "compile", compiled)
    executed.cells[-1].source, executed.cells[-1].outputs = "x", executed.cells[-7].outputs
    pdf(executed, "nl", tmp_path / "a.pdf")
    assert remarks == []


def test_it_declares_the_standard_and_the_language(reports):  # noqa: F811
    for lang in ("nl", "en"):
        content = (reports / lang / "00-klein-stad.pdf").read_bytes()
        assert b"pdfuaid" in content and b"/MarkInfo" in content
        assert f"/Lang ({lang})".encode() in content or f"/Lang({lang})".encode() in content


def test_a_figure_without_text_alternative_is_refused(tmp_path):
    data = {FIGURE: {"title": "T", "alt": "", "caption": "C"}, "image/svg+xml": SVG}
    with pytest.raises(ReportError, match="figure of cell 2 has no alt"):
        pdf(with_output(data), "nl", tmp_path / "a.pdf")
    assert not (tmp_path / "a.pdf").exists()


def test_typst_itself_refuses_a_figure_without_text_alternative(tmp_path):
    (tmp_path / "a.svg").write_text(SVG)
    (tmp_path / "a.typ").write_text('#set document(title: "T")\n= T\n#image("a.svg")')
    with pytest.raises(ReportError, match=r"Typst refuses .*PDF/UA-1.*missing alt text"):
        compile_typst(tmp_path / "a.typ")


def test_prose_cannot_break_the_setting(tmp_path):
    text = r"A # b * c _d_ $5 \< @x `code` <br> [link](https://example.org) “q” 1\. ~ # 'a' <x@y.z>"
    pdf(with_output({"text/markdown": text}), "nl", tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-1.7")
