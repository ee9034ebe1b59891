"""Excel workbooks, old and new, as rows of text."""

from __future__ import annotations

import io
from pathlib import Path

from seglib.errors import SetupError, SourceFormatError
from seglib.sources.schema import plain_cell


def read_workbook(path: str | Path) -> list[list[list[str]]]:
    """The sheets of a workbook (``.xls`` or ``.xlsx``), each as rows of cells as text.

    Parameters
    ----------
    path : str or Path
        The workbook. What it is, is seen from its content and not from its name.

    Returns
    -------
    list of list of list of str
        By sheet, row and column; a whole number has no decimals, an empty cell is empty.

    Raises
    ------
    SourceFormatError
        There is no such file, it is empty, or it is no workbook.
    SetupError
        The extra ``sources`` is not installed.
    """
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError as cause:
        raise SetupError(
            "Excel files need python-calamine. Install seglib with the extra 'sources'."
        ) from cause
    path = Path(path)
    if not path.is_file():
        raise SourceFormatError(f"There is no file {path.name} in {path.parent}. Check the folder.")
    content = path.read_bytes()
    if not content:
        raise SourceFormatError(f"{path.name} is empty. Fetch the file again.")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    except CalamineError as cause:
        raise SourceFormatError(
            f"{path.name} is no Excel workbook ({cause}). Fetch the file again."
        ) from cause
    return [[[plain_cell(cell) for cell in row] for row in sheet] for sheet in sheets]
