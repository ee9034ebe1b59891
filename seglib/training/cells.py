"""The exercises as a notebook: the same definitions, to be done in JupyterLab."""

from __future__ import annotations

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from seglib.language import LANGUAGES
from seglib.training.exercises import words
from seglib.training.lessons import lessons

NAMES = {"nl": "nl/oefeningen.ipynb", "en": "en/exercises.ipynb"}


def notebook(lang: str) -> nbformat.NotebookNode:
    """Every exercise of every lesson in one language: a cell that asks, and one to answer in.

    Parameters
    ----------
    lang : str
        "nl" or "en".

    Returns
    -------
    nbformat.NotebookNode
        Without outputs; its cells run from top to bottom.
    """
    own = words(lang)
    cells = [new_code_cell("from seglib.training import exercise")]
    for lesson in lessons():
        title = lesson.told(lang)["title"]
        cells.append(new_markdown_cell(f"# {own['lesson']} {lesson.number}: {title}"))
        for one in lesson.exercises(lang):
            call = f'exercise("{one}", "{lang}")'
            cells += [new_code_cell(call), new_code_cell(f"{call}.check({own['try']!r})")]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return new_notebook(cells=cells)


def pages() -> dict[str, str]:
    """The notebook in each language, by its path in the training."""
    return {NAMES[lang]: nbformat.writes(notebook(lang)) + "\n" for lang in LANGUAGES}
