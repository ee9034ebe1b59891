"""The published table of the coverage study, made from its stamp."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stamps import ROOT

PAGE = ROOT / "docs" / "coverage.md"
VERDICTS = {"nominal": "nominal", "few": "few intervals", "off": "**off**"}


def publish(stamp: dict[str, Any], page: Path = PAGE) -> None:
    """Write the table, where the whole grid has been run."""
    if stamp["complete"]:
        page.write_text(text(stamp), encoding="utf-8")


def text(stamp: dict[str, Any]) -> str:
    """The table as Markdown."""
    return "\n".join([*_head(stamp), *_off(stamp), *_tables(stamp)]) + "\n"


def _head(stamp: dict[str, Any]) -> Iterator[str]:
    counts = stamp["counts"]
    yield "# How often the interval holds the truth"
    yield ""
    yield (
        f"{counts['worlds_a_cell']:,} worlds in each of {counts['cells']} cells of a grid that "
        "was written down before any result (`tests/verified/coverage_grid.toml` has it, and the "
        "rules). Each world is a draw from a city whose true value is known; in each, `estimate` "
        f'gives the interval "process" at {stamp["level"]:.0%} from {stamp["replicates"]} '
        "replicates, or a reason for giving none."
    )
    yield ""
    yield (
        f"Made by `{stamp['command']}`, from the seeds in the stamp `tests/verified/coverage.json`."
    )
    yield ""
    yield (
        "A cell is inside the grid's promise when its smallest expected cell is at least 5 persons "
        "and its city is not even. *Coverage* is the share of the intervals that hold the truth; "
        "*error* is one Monte-Carlo error of it. *Below* and *above* count the worlds whose truth "
        "lies there of the interval. The verdict is nominal where coverage is within three errors; "
        "few where fewer than 400 worlds have an interval, which says little of coverage; off "
        "where the rule does not hold."
    )
    yield ""
    yield "| | nominal | few intervals | off |"
    yield "|---|--:|--:|--:|"
    for where in ("inside", "outside"):
        yield f"| {where} | " + " | ".join(f"{counts[where].get(v, 0)}" for v in VERDICTS) + " |"
    yield ""


def _off(stamp: dict[str, Any]) -> Iterator[str]:
    off = [row for row in stamp["cells"] if not row["holds"]]
    first = [row for row in stamp["cells"] if not row["holds_as_first_written"]]
    seldom = [row for row in off if row["inside"] and row["intervals"] < row["worlds"] / 20]
    yield (
        f"By the rule as first written {len(first)} of {len(stamp['cells'])} cells do not hold, by "
        f"the rule with its addition {len(off)}. In {len(seldom)} of these the grid expects an "
        "interval and `estimate` gives a reason instead in more than 19 of 20 worlds: nobody is "
        "misled there, but the promise reaches less far than the grid. In the others coverage is "
        "not nominal:"
    )
    yield ""
    yield "| measure | share | unit size | spread | intervals | coverage | beyond three errors by |"
    yield "|---|--:|--:|---|--:|--:|--:|"
    for row in off:
        if row not in seldom:
            gap = abs(row["coverage"] - stamp["level"]) - 3 * row["error"]
            yield (
                f"| {row['measure']} | {row['group_share']:g} | {row['unit_size']:,} | "
                f"{row['spread']} | {row['intervals']:,} | {row['coverage']:.4f} | {gap:.4f} |"
            )
    yield ""


def _tables(stamp: dict[str, Any]) -> Iterator[str]:
    heads = "share|unit size|spread|inside|intervals|coverage|error|below|above|reasons|verdict"
    for measure in dict.fromkeys(row["measure"] for row in stamp["cells"]):
        yield f"## {measure}"
        yield ""
        yield f"| {heads.replace('|', ' | ')} |"
        yield "|--:|--:|---|---|--:|--:|--:|--:|--:|---|---|"
        for row in stamp["cells"]:
            if row["measure"] == measure:
                yield _line(row)
        yield ""


def _line(row: dict[str, Any]) -> str:
    reasons = ", ".join(f"{name} {number:,}" for name, number in row["reasons"].items())
    coverage, error, verdict = "", "", VERDICTS[row["verdict"]]
    if row["intervals"]:
        coverage, error = f"{row['coverage']:.3f}", f"{row['error']:.3f}"
    parts = [
        f"{row['group_share']:g}",
        f"{row['unit_size']:,}",
        row["spread"],
        "inside" if row["inside"] else "outside",
        f"{row['intervals']:,}",
        coverage,
        error,
        f"{row['below']:,}",
        f"{row['above']:,}",
        reasons or "none",
        "a reason instead" if row["verdict"] == "few" and not row["inside"] else verdict,
    ]
    return f"| {' | '.join(parts)} |"
