"""An author's own words beside a run: foreword and interpretation, kept in a Markdown file."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path

from seglib.errors import ReportError
from seglib.report.document import words

FOLDER = "texts"
SECTIONS = ("foreword", "interpretation")


@dataclass(frozen=True, slots=True)
class Notes:
    """What an author wrote about one report in one language: Markdown, and the file's name."""

    name: str
    foreword: str = ""
    interpretation: str = ""


def read_notes(folder: str | Path, stem: str, lang: str) -> Notes | None:
    """Read what an author wrote beside a run: ``texts/<stem>.<lang>.md`` beside the notebooks.

    The file is never written by us, so it survives every run. It holds at most two sections,
    ``# Voorwoord`` and ``# Duiding`` in Dutch, ``# Foreword`` and ``# Interpretation`` in English.

    Parameters
    ----------
    folder : str or Path
        The folder of the notebooks.
    stem : str
        The name of the report's files, such as ``01-herkomstsegregatie-amsterdam``.
    lang : str
        ``nl`` or ``en``.

    Returns
    -------
    Notes or None
        None where the author wrote nothing.

    Raises
    ------
    ReportError
        A heading is unknown, double or has no text, or the file is not UTF-8; names file and line.

    Examples
    --------
    >>> read_notes("notebooks", "no-such-report", "nl") is None
    True
    """
    path = Path(folder, FOLDER, f"{stem}.{lang}.md")
    headings = {words(lang)[section]: section for section in SECTIONS}
    if not path.is_file():
        return None
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReportError(f"{path.name} is not UTF-8: {error.reason}. Save it as UTF-8.") from error
    found: dict[str, str] = {}
    for line, heading, body in _sections(text):
        place = f"{path.name}, line {line}"
        if heading not in headings:
            near = difflib.get_close_matches(heading, headings, n=1, cutoff=0.4)
            hint = f"Did you mean {near[0]!r}?" if near else f"It has {' and '.join(headings)}."
            raise ReportError(f"{place}: {heading or body[:40]!r} is no section of it. {hint}")
        if headings[heading] in found or not body:
            fault = "stands there twice" if body else "has no text under it"
            raise ReportError(f"{place}: {heading!r} {fault}. Leave it out, or write one.")
        found[headings[heading]] = body
    return Notes(path.name, **found) if found else None


def _sections(text: str) -> list[tuple[int, str, str]]:
    """Line, heading and text of each section; text before any heading has an empty one."""
    sections: list[tuple[int, str, list[str]]] = [(1, "", [])]
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        fenced ^= line.startswith("```")
        heading = re.match(r"# +(.*?)[ #]*$", line)
        if heading and not fenced:
            sections.append((number, heading[1], []))
        else:
            sections[-1][2].append(line)
    read = [(line, heading, "\n".join(body).strip()) for line, heading, body in sections]
    return [each for each in read if each[1] or each[2]]
