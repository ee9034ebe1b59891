"""The published table of the coverage study, made from its stamp."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stamps import ROOT

PAGE = ROOT / "docs" / "coverage.md"
VERDICTS = {
    "nominal": "nominal",
    "again": "nominal again",
    "few": "few intervals",
    "off": "**off**",
}


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
        "(units that chance leaves with less hold at most 5% of the persons), its city is not even "
        "and *bias*, how far chance moves the measure on average as a part of the truth's distance "
        "from random allotment, is at most 10%. *Coverage* is the share of the intervals that hold "
        "the truth; *error* is one Monte-Carlo error of it. *Below* and "
        "*above* count the worlds whose truth lies there of the interval. The verdict is nominal "
        "where coverage is within three errors; nominal again where it is not, but is in as many "
        "other worlds; few where fewer than 400 worlds have an interval, which says little of "
        "coverage; off where the rule does not hold."
    )
    yield ""
    yield f"| | {' | '.join(VERDICTS.values()).replace('*', '')} |"
    yield "|---|--:|--:|--:|--:|"
    for where in ("inside", "outside"):
        yield f"| {where} | " + " | ".join(f"{counts[where].get(v, 0)}" for v in VERDICTS) + " |"
    yield ""


def _off(stamp: dict[str, Any]) -> Iterator[str]:
    rows = stamp["cells"]
    rules = "as_first_written", "with_first_addition", "without_others"
    fails = [sum(not row[f"holds_{rule}"] for row in rows) for rule in rules]
    off = [row for row in rows if row["holds_as_first_written"] < row["inside_at_first"]]
    seldom = [row for row in off if row["intervals"] < row["worlds"] / 20]
    yield (
        f"By the rule as first written {fails[0]} of {len(rows)} cells do not hold, by the rule "
        f"with its first addition {fails[1]}, with numbers for the boundary {fails[2]}, with "
        f"other worlds for what is off {sum(not row['holds'] for row in rows)}; the last two were "
        "added after results had been seen, and the file of the grid says which. The first rule "
        f"expects an interval in {len(seldom)} cells where `estimate` gives a reason instead in "
        "more than 19 of 20 worlds: nobody is misled there. In these coverage is not nominal by "
        "one of the rules:"
    )
    yield ""
    heads = "share|unit size|spread|bias|intervals|coverage|beyond three errors by|other worlds"
    yield f"| measure | {heads.replace('|', ' | ')} | verdict |"
    yield "|---|--:|--:|---|--:|--:|--:|--:|--:|---|"
    for row in rows:
        held = row["holds_as_first_written"] and row["holds_without_others"]
        if row not in seldom and not held:
            gap = abs(row["coverage"] - stamp["level"]) - 3 * row["error"]
            again = f"{row['others']['coverage']:.4f}" if "others" in row else ""
            yield (
                f"| {row['measure']} | {row['group_share']:g} | {row['unit_size']:,} | "
                f"{row['spread']} | {row['bias_share']:.1%} | {row['intervals']:,} | "
                f"{row['coverage']:.4f} | {gap:.4f} | {again} | {_verdict(row)} |"
            )
    yield ""


def _tables(stamp: dict[str, Any]) -> Iterator[str]:
    heads = "share|unit size|spread|bias|inside|intervals|coverage|error|below|above|reasons"
    for measure in dict.fromkeys(row["measure"] for row in stamp["cells"]):
        yield f"## {measure}"
        yield ""
        yield f"| {heads.replace('|', ' | ')} | verdict |"
        yield "|--:|--:|---|--:|---|--:|--:|--:|--:|--:|---|---|"
        for row in stamp["cells"]:
            if row["measure"] == measure:
                yield _line(row)
        yield ""


def _line(row: dict[str, Any]) -> str:
    reasons = ", ".join(f"{name} {number:,}" for name, number in row["reasons"].items())
    coverage, error = "", ""
    if row["intervals"]:
        coverage, error = f"{row['coverage']:.3f}", f"{row['error']:.3f}"
    parts = [
        f"{row['group_share']:g}",
        f"{row['unit_size']:,}",
        row["spread"],
        f"{row['bias_share']:.1%}" if row["bias_share"] <= 1.0 else "over 100%",
        "inside" if row["inside"] else "outside",
        f"{row['intervals']:,}",
        coverage,
        error,
        f"{row['below']:,}",
        f"{row['above']:,}",
        reasons or "none",
        _verdict(row),
    ]
    return f"| {' | '.join(parts)} |"


def _verdict(row: dict[str, Any]) -> str:
    few = row["verdict"] == "few" and not row["inside"]
    return "a reason instead" if few else VERDICTS[row["verdict"]]
