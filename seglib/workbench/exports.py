"""Figures, tables and code of a view as files, and as links that keep them."""

from __future__ import annotations

import base64
import html
from typing import Any

from seglib.figures import Figure, Table
from seglib.report.grid import grid_of
from seglib.report.parts import drawings_to_png, packed
from seglib.workbench.view import View

_KINDS = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv", "py": "text/x-python"}
_BYTES = "application/octet-stream"


def files_of(view: View) -> dict[str, bytes]:
    """Each figure as SVG and PNG, each table as CSV and XLSX, and the code, by name."""
    lang, made = view.choice.lang, {}
    shown: dict[str, Any] = {
        name: getattr(view, name)() for name in ("certainty", "map", "trend", "profile", "areas")
    }
    figures = {name: one for name, one in shown.items() if isinstance(one, Figure)}
    pictures = drawings_to_png([one.svg for one in figures.values()])
    for (name, one), picture in zip(figures.items(), pictures, strict=True):
        made |= {f"{name}.svg": one.svg.encode(), f"{name}.png": picture}
    for name, one in shown.items():
        table = one.table if isinstance(one, Figure) else one
        if not isinstance(table, Table):
            continue
        grid = grid_of(table.as_json(), lang)
        about = {"title": table.caption, "source": view.source, "language": lang}
        made[f"{name}.csv"] = grid.csv().encode()
        made[f"{name}.xlsx"] = packed(grid.xlsx(about))
    return made | {"code.py": view.code().encode()}


def links_to(files: dict[str, bytes]) -> str:
    """A list of links that hold the files themselves, so that nothing is written unasked."""
    items = []
    for name, content in files.items():
        kind = _KINDS.get(name.rpartition(".")[2], _BYTES)
        data = base64.b64encode(content).decode()
        link = f'<a download="{html.escape(name)}" href="data:{kind};base64,{data}">'
        items.append(f"<li>{link}{html.escape(name)}</a></li>")
    return f"<ul>{''.join(items)}</ul>"
