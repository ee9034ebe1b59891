"""Onderzoek en Statistiek Amsterdam: buurtcombinaties of 2005 and 2015 with ground in common.

The city's list has a row for each buurt, with its codes of 2005, 2010 and 2015. Where a buurt got
a new code, the old and the new one stand on rows of their own, tied by the name or by a remark.
"""

from __future__ import annotations

import re
from pathlib import Path

from seglib.errors import SourceFormatError
from seglib.sources.workbook import read_workbook

_HEAD = ["stadsdeel", "brtk2005", "brtk2010", "brtk2015"]
_CODE = re.compile(r"[A-Z]#?\d\d[a-z]")
_WAS = re.compile(r"(?:naam was|was) (.+)$")
# Old and new code of buurten whose remark and name tie them to nothing, for a letter was mistyped
# or left out: Sloterdijk I, Staalmanpleinbuurt and the land west of M34b.
TIED_BY_HAND = {"E36b": "B11g", "F89c": "R85f", "M34f": "G34b"}


def read(path: str | Path) -> list[tuple[str, str]]:
    """Pairs of buurtcombinaties, 2005 and 2015, that have a buurt in common.

    Parameters
    ----------
    path : str or Path
        ``2015_overgang 2005 2010 2015.xlsx``, sheet ``buurten``.

    Returns
    -------
    list of (str, str)
        Sorted, each pair once.

    Raises
    ------
    SourceFormatError
        The workbook has other columns, or a new buurt cannot be tied to an old one.
    """
    path = Path(path)
    head, *rows = read_workbook(path)[0]
    if head[:4] != _HEAD:
        raise SourceFormatError(f"{path.name} needs the columns {', '.join(_HEAD)} in front.")
    by_name = {_plain(name): old for _, old, _, new, name, _ in rows if old and not new}
    by_code = {middle: old for _, old, middle, *_ in rows if old}
    pairs = set()
    for line, (_, old, _, new, name, remark) in enumerate(rows, start=2):
        if not new:
            continue
        named = [_plain(name), *map(_plain, _WAS.findall(remark))]
        coded = [code.replace("#", "") for code in _CODE.findall(remark)]
        ties = [by_name[one] for one in named if one in by_name]
        ties += [by_code[one] for one in coded if one in by_code]
        if new in TIED_BY_HAND:
            ties = [TIED_BY_HAND[new]]
        ties = [old] if old else ties
        if not ties:
            raise SourceFormatError(
                f"{path.name}, line {line}: nothing ties {new} ({name}) to a buurt of 2005. "
                "Add it to TIED_BY_HAND."
            )
        pairs |= {(tie[:3], new[:3]) for tie in ties}
    return sorted(pairs)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
