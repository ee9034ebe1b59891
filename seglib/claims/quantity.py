"""Quantities: the numbers of evidence, each with its margin or the reason for having none."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from seglib.errors import ClaimError
from seglib.result import ChangeEstimate, Decomposition, Estimate


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
        """Ends of the interval and the leave-one-out range together."""
        low, high = self.ends
        leave_low = low if self.leave_low is None else self.leave_low
        leave_high = high if self.leave_high is None else self.leave_high
        return min(low, leave_low), max(high, leave_high)

    def as_json(self) -> dict[str, object]:
        """Plain values at six significant figures, so that another processor agrees."""
        return {
            name: _plain(getattr(self, name))
            for name in self.__slots__
            if getattr(self, name) not in (None, "", ())
        }


def _plain(value: object) -> object:
    if isinstance(value, float):
        return float(f"{value:.6g}")
    return list(value) if isinstance(value, tuple) else value


def quantities_of(results: Iterable[object]) -> tuple[Quantity, ...]:
    """Turn finished results into quantities; mappings and lists of results are opened.

    Parameters
    ----------
    results : iterable
        Estimates, changes between two years, decompositions, quantities, or mappings of these.

    Returns
    -------
    tuple of Quantity
        In the order given. A change gives `change_<symbol>` in percent per ten years; a
        decomposition gives each part as `<part>_<symbol>`, with `structural_share_<symbol>`.

    Raises
    ------
    ClaimError
        A result of another kind, or a number without interval or reason.
    """
    return tuple(quantity for result in results for quantity in _read(result))


def _read(result: object) -> Iterator[Quantity]:
    if isinstance(result, Quantity):
        yield result
    elif isinstance(result, ChangeEstimate):
        yield _from_change(result)
    elif isinstance(result, Decomposition):
        yield from _from_decomposition(result)
    elif isinstance(result, Mapping):
        yield from quantities_of(result.values())
    elif isinstance(result, list | tuple):
        yield from quantities_of(result)
    elif isinstance(result, Estimate):
        yield _from_estimate(result)
    else:
        raise ClaimError(
            f"Evidence is made of estimates, changes, decompositions and quantities, not of "
            f"{type(result).__name__}."
        )


def _years(result: Estimate) -> tuple[int, ...]:
    for candidate in (result.year, result.key):
        if isinstance(candidate, int):
            return (candidate,)
    return ()


def _from_estimate(result: Estimate) -> Quantity:
    return Quantity(
        result.symbol,
        result.value,
        result.low,
        result.high,
        groups=tuple(result.groups),
        years=_years(result),
        place=result.place,
        reason=result.reason,
    )


def _from_change(result: ChangeEstimate) -> Quantity:
    """The change per ten years where the years are known, else over the whole period."""
    per_decade = result.percent_per_decade is not None
    ends = (
        (result.percent_per_decade_low, result.percent_per_decade_high)
        if per_decade
        else (result.percent_low, result.percent_high)
    )
    stretch = 10 / result.years if per_decade and result.years else 1.0
    leave_low, leave_high = (
        None if end is None else end * stretch
        for end in (result.leave_one_low, result.leave_one_high)
    )
    return Quantity(
        f"change_{result.symbol}",
        result.percent if result.percent_per_decade is None else result.percent_per_decade,
        *ends,
        unit="percent per ten years" if per_decade else "percent",
        groups=tuple(result.groups),
        years=tuple(year for year in (result.first_year, result.last_year) if year is not None),
        place=result.place,
        leave_low=leave_low,
        leave_high=leave_high,
        reason=result.reason,
    )


def _from_decomposition(result: Decomposition) -> Iterator[Quantity]:
    low, high = result.low or {}, result.high or {}
    reason = result.reason or "not asked"
    years = tuple(year for year in result.years or () if year is not None)
    for part, value in {**result.parts, "total": result.total}.items():
        yield Quantity(
            f"{part}_{result.symbol}",
            float(value),
            low.get(part),
            high.get(part),
            groups=tuple(result.groups),
            years=years,
            place=result.place,
            reason=reason,
        )
    if "structural" in result.parts and result.total:
        share = float(result.parts["structural"] / result.total)
        yield Quantity(f"structural_share_{result.symbol}", share, years=years, reason=reason)
