"""The results as a page to read: what was measured, where, and against which target."""

from __future__ import annotations

import math
from typing import Any

HEAD = """# Speed, side by side

Synthetic worlds, seeded; {processor}, {cores} cores, {memory_gb} GB; {versions}.
Times are medians through the public API, warm, with the data ready as each side takes them: a table
of seglib has been asked before and keeps its totals and a row per group, never a measure. A row is
printed only where values agree to 1e-9. `~`: three iterations of the peer, scaled to all. Peak
memory is of the whole process, imports and data included; what the peer's helper processes take
comes on top.

`make bench` writes this page; `python3 -m seglib bench --sizes 480 --tasks D` measures a part.

| task | units | seglib | peer | ratio | target | met | seglib MB | peer MB |
| --- | ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: |
"""


def as_markdown(found: dict[str, Any], code: str) -> str:
    """The whole page."""
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    text = HEAD.format(versions=versions, **found["machine"])
    rows = list(found["rows"].values())
    text += "".join(_line(row, code) for row in rows)
    if any(row["code"] != code for row in rows):
        text += "\n†: measured before the latest change to the measured modules.\n"
    text += "".join(_trouble(row) for row in rows)
    loads = [row["load"] for row in rows if row.get("load") is not None]
    if unknown := len(rows) - len(loads):
        text += f"\nThe load of the machine was not recorded for {unknown} of {len(rows)} rows.\n"
    if loads:
        text += (
            f"\nLoad of the machine when a row began: {min(loads):g} to {max(loads):g}. Above the "
            "number of cores others worked beside, and times are high.\n"
        )
    notes = {row["task"]: row["note"] for row in rows if row.get("note")}
    text += "".join(f"\n{task}: {note}.\n" for task, note in notes.items())
    if lacking := found.get("not_run"):
        text += f"\nNot run yet: {', '.join(lacking)}.\n"
    for name, lack in found["skipped"].items():
        text += f"\nNot measured: {name}; seglib has no `{lack}` yet.\n"
    start = found["start"]
    bare, loaded, first, own = (_time(seconds) for seconds in start.values())
    text += (
        f"\n`import seglib` takes {bare} (target under 1 s), {loaded} with its "
        f"measures; a first call of a kernel that is on disk {first} (under 0.5 s), {own} where "
        "scipy.linalg is loaded already, which numba loads by itself.\n"
    )
    return text + _slopes(rows)


def _line(row: dict[str, Any], code: str) -> str:
    if "error" in row:
        return ""
    ours, peer, old = row["ours"], row.get("peer"), row["code"] != code
    theirs, ratio = "", ""
    if peer:
        theirs, ratio = ("~" if peer["scaled"] else "") + _time(peer["seconds"]), _fold(row)
    elif "recorded" in row:
        theirs = f"{_time(row['recorded']['seconds'])} recorded ({row['recorded']['name']})"
    elif "peer_failed" in row:
        theirs = "fails"
    cells = [row["task"] + (" †" if old else ""), f"{row['n_units']:,}", _time(ours["seconds"])]
    cells += [theirs, ratio, _target(row), _met(row), f"{ours['peak_mb']:.0f}"]
    cells.append(f"{peer['peak_mb']:.0f}" if peer else "")
    return "| " + " | ".join(cells) + " |\n"


def _target(row: dict[str, Any]) -> str:
    targets = [f"{row['target_ratio']:,}×"] if row["target_ratio"] else []
    targets += [f"under {row['target_seconds']:g} s"] if row["target_seconds"] else []
    return ", ".join(targets)


def _met(row: dict[str, Any]) -> str:
    """Yes or no where there is a target that was measured, memory included at the largest size."""
    held: list[bool] = []
    if row["target_ratio"] and "ratio" in row:
        held.append(row["ratio"] >= row["target_ratio"])
    if row["target_seconds"]:
        held.append(row["ours"]["seconds"] < row["target_seconds"])
    if row["n_units"] == 400_000:
        held.append(row["ours"]["peak_mb"] < 600)
    return ("yes" if all(held) else "**no**") if held else ""


def _trouble(row: dict[str, Any]) -> str:
    said = row.get("error") or row.get("peer_failed")
    return f"\nNo time for {row['task']} at {row['n_units']:,} units: {said}\n" if said else ""


def _slopes(rows: list[dict[str, Any]]) -> str:
    """How time grows with units: 1 is in proportion."""
    seconds: dict[str, dict[int, float]] = {}
    for row in rows:
        if "ours" in row:
            seconds.setdefault(row["task"], {})[row["n_units"]] = row["ours"]["seconds"]
    lines = [
        f"{task} {math.log(at[400_000] / at[14_500]) / math.log(400_000 / 14_500):.2f}"
        for task, at in seconds.items()
        if {14_500, 400_000} <= set(at)
    ]
    if not lines:
        return ""
    told = ", ".join(lines)
    return f"\nSlope of ln time on ln units from 14,500 to 400,000 (1 is linear): {told}.\n"


def _time(seconds: float) -> str:
    """Three digits in the unit that suits."""
    for limit, scale, unit in ((1e-3, 1e6, "µs"), (1.0, 1e3, "ms")):
        if seconds < limit:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds:.3g} s" if seconds < 1_000 else f"{seconds:,.0f} s"


def _fold(row: dict[str, Any]) -> str:
    return f"{row['ratio']:.1f}×" if row["ratio"] < 20 else f"{row['ratio']:,.0f}×"
