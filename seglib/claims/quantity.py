"""Quantities: the numbers of evidence, each with its margin or the reason for having none."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seglib.change.withheld import WITHHELD
from seglib.errors import ClaimError
from seglib.inference import RoundingBand, too_wide
from seglib.result import ChangeEstimate, Decomposition, Estimate

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number for a claim: what it is, of which groups and when, and how sure it is.

    `leave_low` and `leave_high` are the ends of the range in which it lies when each unit is left
    out in turn; `band` is the half-width that rounding of the source leaves.
    """

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    unit: str = ""
    groups: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    place: str = ""
    leave_low: float | None = None
    leave_high: float | None = None
    band: float | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse a number that says nothing about its uncertainty."""
        label = f"{self.name} ({', '.join(self.groups) or 'all groups'})"
        if not math.isfinite(self.value):
            raise ClaimError(f"Quantity {label} is {self.value}; evidence needs a finite number.")
        if not self.has_interval and not self.reason:
            raise ClaimError(
                f"Quantity {label} has neither an interval nor a reason for having none; "
                "make it with estimate(...) or change_between(...), or give reason=."
            )

    @property
    def has_interval(self) -> bool:
        """Whether there is an interval."""
        return self.low is not None and self.high is not None

    @property
    def ends(self) -> tuple[float, float]:
        """Ends of the interval, or the value twice where there is none."""
        if self.low is None or self.high is None:
            return self.value, self.value
        return self.low, self.high

    @property
    def widest(self) -> tuple[float, float]:
        """Ends of the interval, the leave-one-out range and the band of rounding together."""
        band = () if self.band is None else (self.value - self.band, self.value + self.band)
        given = (*self.ends, *band, self.leave_low, self.leave_high)
        known = [end for end in given if end is not None]
        return min(known), max(known)

    @property
    def withheld(self) -> bool:
        """Whether rounding leaves it so open that no trend and no verdict can rest on it."""
        return self.reason == WITHHELD

    def is_of(self, other: Quantity) -> bool:
        """Whether it is the measure of another, or its change, for the same groups and place."""
        names = {found.name.removeprefix("change_") for found in (self, other)}
        places = {found.place for found in (self, other)} - {""}
        return len(names) == 1 >= len(places) and self.groups[:2] == other.groups[:2]

    def as_json(self) -> dict[str, object]:
        """Plain values at six significant figures, so that another processor agrees."""
        plain: dict[str, object] = {}
        for name in self.__slots__:
            value = getattr(self, name)
            if value not in (None, "", ()):
                value = list(value) if isinstance(value, tuple) else value
                plain[name] = float(f"{value:.6g}") if isinstance(value, float) else value
        return plain


def quantities_of(results: Iterable[object]) -> tuple[Quantity, ...]:
    """Turn finished results into quantities; mappings and lists of results are opened.

    A change gives `change_<symbol>` in percent per ten years; a decomposition gives each part as
    `<part>_<symbol>`, with `structural_share_<symbol>` unless `estimate_structural_share` gave it.
    A rounding band in either year widens the change of the same measure; where it is too wide for
    D, no rule decides on it or on its change. A result of another kind, an interval of another
    level than 95 percent, or a number without interval or
    reason is a ClaimError.
    """
    opened = [each for result in results for each in _opened(result)]
    bands = {(each.symbol, each.groups, each.year): each for each in opened if _is_band(each)}
    found = tuple(quantity for result in opened for quantity in _read(result, bands))
    shares = {(each.name, each.place) for each in found if each.reason != "ratio"}
    return tuple(
        each for each in found if each.reason != "ratio" or (each.name, each.place) not in shares
    )


def _opened(result: object) -> Iterator[Any]:
    if isinstance(result, Mapping):
        result = list(result.values())
    if not isinstance(result, list | tuple):
        yield result
        return
    for each in result:
        yield from _opened(each)


def _is_band(result: object) -> bool:
    return isinstance(result, RoundingBand)


def _read(result: object, bands: Mapping[Any, RoundingBand]) -> Iterator[Quantity]:
    if isinstance(result, Quantity):
        yield result
    elif isinstance(result, Estimate | ChangeEstimate | Decomposition):
        if result.level != LEVEL:
            raise ClaimError(
                f"The interval of {result.symbol} is one of {100 * result.level:g} percent; "
                f"claims are decided at {100 * LEVEL:g}. Make it with level={LEVEL}."
            )
        yield from _quantities(result, bands)
    else:
        raise ClaimError(
            f"Evidence is made of estimates, changes, decompositions and quantities, not of "
            f"{type(result).__name__}."
        )


def _quantities(
    result: Estimate | ChangeEstimate | Decomposition, bands: Mapping[Any, RoundingBand]
) -> Iterator[Quantity]:
    reason = result.reason_code or result.reason
    facts = {"groups": tuple(result.groups), "place": result.place, "reason": reason}
    if isinstance(result, ChangeEstimate):
        yield _from_change(result, facts | {"band": _rounding_of(result, bands)})
    elif isinstance(result, Decomposition):
        yield from _from_decomposition(result, facts)
    else:
        years = [year for year in (result.year, result.key) if isinstance(year, int)]
        facts["years"] = tuple(years[:1])
        ends = {"low": result.low, "high": result.high}
        if too_wide(result):
            ends = {"reason": WITHHELD}
        yield Quantity(result.symbol, result.value, **(facts | ends))


def _from_change(result: ChangeEstimate, facts: dict) -> Quantity:
    """The change per ten years where the years are known, else over the whole period."""
    field, unit, stretch = "percent", "percent", 1.0
    if result.percent_per_decade is not None and result.years:
        field, unit, stretch = "percent_per_decade", "percent per ten years", 10 / result.years
    single = (result.leave_one_low, result.leave_one_high)
    leave_low, leave_high, band = (
        None if end is None else end * stretch for end in (*single, facts["band"])
    )
    facts["years"] = tuple(year for year in (result.first_year, result.last_year) if year)
    numbers = [getattr(result, field + end) for end in ("", "_low", "_high")]
    facts |= {"unit": unit, "leave_low": leave_low, "leave_high": leave_high, "band": band}
    return Quantity(f"change_{result.symbol}", *numbers, **facts)


def _rounding_of(change: ChangeEstimate, bands: Mapping[Any, RoundingBand]) -> float | None:
    """Percent by which rounding in its two years may move a change; None where none is known."""
    ends = (change.first_year, change.before), (change.last_year, change.after)
    found = [bands.get((change.symbol, change.groups, year)) for year, _ in ends]
    if not any(found):
        return None
    middles, widths = [], []
    for band, (_, value) in zip(found, ends, strict=True):
        known = band is not None and band.low is not None and band.high is not None
        low, high = (band.low, band.high) if known else (value, value)
        middles.append(band.median if known and band.median else value)
        widths.append((high - low) / 2.0 / middles[-1])
    # the years are rounded independently of each other, so their half-widths add up in squares
    middle = middles[1] / middles[0]
    half = math.hypot(*widths) * middle
    return 100.0 * (half + abs(middle - 1.0 - change.percent / 100.0))


def _from_decomposition(result: Decomposition, facts: dict) -> Iterator[Quantity]:
    low, high = result.low or {}, result.high or {}
    facts["years"] = tuple(year for year in result.years or () if year)
    facts["reason"] = facts["reason"] or "not asked"
    for part, value in {**result.parts, "total": result.total}.items():
        name = f"{part}_{result.symbol}"
        yield Quantity(name, float(value), low.get(part), high.get(part), **facts)
    if "structural" in result.parts and result.total:
        share = float(result.parts["structural"] / result.total)
        facts["reason"] = "ratio" if low else facts["reason"]
        yield Quantity(f"structural_share_{result.symbol}", share, **facts)
