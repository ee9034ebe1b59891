"""What a measure gives back: numbers with their meaning, and what is known of their certainty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from seglib.errors import SeglibError
from seglib.result.rows import column_frame, heading, row_frame

if TYPE_CHECKING:
    import pandas as pd

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _Found:
    """What every result knows of itself; a figure or claim takes only what is certain."""

    level: float = 0.95
    estimand: str = ""
    method: str = ""
    seed: int | None = None
    replicates: int = 0
    stream: str = ""
    reason: str = ""
    reason_code: str = ""
    key: Any = None
    place: str = ""
    source: str = ""

    @property
    def certain(self) -> bool:
        """Whether there is an interval, or a reason for having none."""
        return getattr(self, "low", None) is not None or bool(self.reason)

    def __repr__(self) -> str:
        """What was measured, where and when, and the numbers as a table."""
        found: Any = self
        numbers = found.to_frame().drop(columns="symbol").dropna(axis="columns", how="all")
        return f"{heading(self)}\n{numbers.to_string(index=False, max_rows=12)}"


@dataclass(frozen=True, slots=True, repr=False)
class Estimate(_Found):
    """One number: a measure of one table, with its interval and its null where asked.

    Parameters
    ----------
    symbol : str
        The measure's symbol in the registry.
    value : float
        The measure as counted.
    groups : tuple of str
        The groups it speaks of, the second being the reference; empty for all groups.
    low, high : float, optional
        Interval at ``level`` for what ``estimand`` names, made by ``method``.
    standard_error, bias, debiased : float, optional
        Spread of the replicates, their mean less the value, and value less bias.
    null_mean : float, optional
        Mean of the measure when people are allotted to units at random.
    null_adjusted : float, optional
        (value - null_mean) / (1 - null_mean), for measures of evenness that end at 1.
    p_value : float, optional
        Share of random allotments at least as segregated, counting this one; never 0.
    reason, reason_code : str
        Why there is no interval, as a sentence and as a short code.
    """

    symbol: str
    value: float
    groups: tuple[str, ...] = ()
    n_units: int = 0
    _: KW_ONLY
    low: float | None = None
    high: float | None = None
    standard_error: float | None = None
    bias: float | None = None
    debiased: float | None = None
    null_mean: float | None = None
    null_adjusted: float | None = None
    p_value: float | None = None
    unit: str = ""
    year: int | None = None

    def __repr__(self) -> str:
        """The number with what is known of its certainty, or why there is no interval."""
        told = [f"{heading(self)}: {self.value:.6g}"]
        if self.low is not None:
            told.append(f"{self.level:.0%} interval {self.low:.6g} to {self.high:.6g}")
        for name, number in (
            ("less its bias", self.debiased),
            ("by chance alone", self.null_mean),
            ("p", self.p_value),
        ):
            if number is not None:
                told.append(f"{name} {number:.6g}")
        return "; ".join([*told, *([f"no interval: {self.reason}"] if self.reason else [])])

    def to_frame(self) -> pd.DataFrame:
        """One row; the groups become the columns group and other."""
        return row_frame(self)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LocalEstimates(_Found):
    """One number for each unit; NaN where a unit is empty.

    ``values``, ``low`` and ``high`` are float64 and read-only, shape (n_units,); ``persons`` are
    the unit totals, int64. The other fields are those of Estimate.
    """

    symbol: str
    units: tuple[str, ...]
    unit_names: tuple[str, ...]
    values: Values
    persons: NDArray[np.int64]
    groups: tuple[str, ...] = ()
    _: KW_ONLY
    low: Values | None = None
    high: Values | None = None
    standard_error: Values | None = None
    bias: Values | None = None
    null_mean: Values | None = None
    unit: str = ""
    year: int | None = None

    def __post_init__(self) -> None:
        for name in ("values", "persons", "low", "high", "standard_error", "bias", "null_mean"):
            array = getattr(self, name)
            if array is None:
                continue
            if array.shape != (len(self.units),):
                raise SeglibError(
                    f"{self.symbol} needs {name} for each of {len(self.units)} units, their shape "
                    f"is {array.shape}. Give one number per unit, in the order of the units."
                )
            array.flags.writeable = False

    @property
    def n_units(self) -> int:
        """Number of units."""
        return len(self.units)

    @property
    def n_empty(self) -> int:
        """Number of units without a value."""
        return int(np.isnan(self.values).sum())

    def to_frame(self) -> pd.DataFrame:
        """A row for each unit: unit, unit_name, persons, value, low, high, null_mean."""
        return column_frame(self, {"unit": self.units, "unit_name": self.unit_names}, "persons")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Profile(_Found):
    """One number for each scale; ``n_units`` says how many units each scale has.

    The other arrays are fields of Estimate, by scale, NaN where there is none; ``reasons`` say
    why. ``draws``, shape (replicates, n_scales), is each scale in the same drawn cities.
    """

    symbol: str
    scales: tuple[Any, ...]
    values: Values
    scale_name: str = "level"
    groups: tuple[str, ...] = ()
    _: KW_ONLY
    n_units: tuple[int, ...] = ()
    low: Values | None = None
    high: Values | None = None
    standard_error: Values | None = None
    bias: Values | None = None
    debiased: Values | None = None
    null_mean: Values | None = None
    p_value: Values | None = None
    reasons: tuple[str, ...] = ()
    reason_codes: tuple[str, ...] = ()
    draws: Values | None = field(default=None, repr=False)
    year: int | None = None

    def at(self, scale: Any) -> float:
        """The value at one scale; a scale that is not there is a SeglibError."""
        if scale not in self.scales:
            raise SeglibError(
                f"This profile of {self.symbol} has no {self.scale_name} {scale!r}. "
                f"It has {', '.join(map(str, self.scales))}."
            )
        return float(self.values[self.scales.index(scale)])

    def ratio(self, macro: Any, micro: Any) -> float:
        """The value at a large scale over that at a small one: how far segregation reaches."""
        below = self.at(micro)
        if below == 0:
            raise SeglibError(
                f"A ratio needs {self.symbol} above 0 at {self.scale_name} {micro!r}, it is 0. "
                "Choose a smaller scale below."
            )
        return self.at(macro) / below

    def to_frame(self) -> pd.DataFrame:
        """A row for each scale: the scale, value, low, high, null_mean, p_value, reason."""
        frame = column_frame(self, {self.scale_name: self.scales}, "n_units")
        frame["p_value"] = np.nan if self.p_value is None else self.p_value
        return frame.assign(reason=list(self.reasons) or self.reason)


@dataclass(frozen=True, slots=True, repr=False)
class Decomposition(_Found):
    """Parts that add up to a whole: a sum that does not come out is refused.

    ``parts`` keep their order. ``before`` and ``after`` hold the measure itself where the whole
    is a change.

    Raises
    ------
    SeglibError
        The parts differ from the total by more than 1e-10 of its size (or of 1, if that is more).

    Examples
    --------
    >>> Decomposition("M", {"between": 0.25, "within": 0.5}, 0.75)["between"]
    0.25
    """

    symbol: str
    parts: Mapping[str, float]
    total: float
    groups: tuple[str, ...] = ()
    n_units: int = 0
    _: KW_ONLY
    before: float | None = None
    after: float | None = None
    low: Mapping[str, float] | None = None
    high: Mapping[str, float] | None = None
    years: tuple[int | None, int | None] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", dict(self.parts))
        summed = float(sum(self.parts.values()))
        if not abs(summed - self.total) <= 1e-10 * max(1.0, abs(self.total)):
            listed = ", ".join(f"{name} {part:.12g}" for name, part in self.parts.items())
            raise SeglibError(
                f"The parts of {self.symbol} need to add up to {self.total:.12g}, they give "
                f"{summed:.12g} ({listed}). A part is missing or counted twice."
            )

    def __getitem__(self, name: str) -> float:
        if name not in self.parts:
            raise KeyError(f"There is no part {name!r}; the parts are {', '.join(self.parts)}.")
        return self.parts[name]

    def to_frame(self) -> pd.DataFrame:
        """A row for each part and one for the total: part, value, share of the total, bounds."""
        import pandas as pd

        names = [*self.parts, "total"]
        values = [*self.parts.values(), self.total]
        return pd.DataFrame(
            {
                "symbol": self.symbol,
                "part": names,
                "value": values,
                "share": [value / self.total if self.total else np.nan for value in values],
                "low": [(self.low or {}).get(name, np.nan) for name in names],
                "high": [(self.high or {}).get(name, np.nan) for name in names],
            }
        )


@dataclass(frozen=True, slots=True, repr=False)
class ChangeDecomposition(Decomposition):
    """A change of M between two years, in five parts."""

    @property
    def additions(self) -> float:
        """Units or groups that only the later table has."""
        return self.parts["additions"]

    @property
    def removals(self) -> float:
        """Units or groups that only the earlier table has."""
        return self.parts["removals"]

    @property
    def group_margin(self) -> float:
        """The groups' shares of the city changed."""
        return self.parts["group_margin"]

    @property
    def unit_margin(self) -> float:
        """The units' shares of the city changed."""
        return self.parts["unit_margin"]

    @property
    def structural(self) -> float:
        """Segregation proper: unit and group are tied otherwise, apart from both margins."""
        return self.parts["structural"]


@dataclass(frozen=True, slots=True, repr=False)
class ChangeEstimate(_Found):
    """The change of one measure between two years on the same ground.

    ``points`` is after less before in the measure's own unit; ``percent`` is 100 (after / before
    - 1). ``..._per_decade`` are the same times 10 / ``years``. ``leave_one_low`` and ``_high``
    are the smallest and largest ``percent`` when each unit is left out in turn, and
    ``leave_one_units`` the two units whose absence gives them.
    """

    symbol: str
    groups: tuple[str, ...]
    before: float
    after: float
    points: float
    percent: float
    n_units: int = 0
    _: KW_ONLY
    points_low: float | None = None
    points_high: float | None = None
    percent_low: float | None = None
    percent_high: float | None = None
    years: float | None = None
    percent_per_decade: float | None = None
    percent_per_decade_low: float | None = None
    percent_per_decade_high: float | None = None
    points_per_decade: float | None = None
    points_per_decade_low: float | None = None
    points_per_decade_high: float | None = None
    leave_one_low: float | None = None
    leave_one_high: float | None = None
    leave_one_units: tuple[str, str] | None = None
    unit: str = ""
    first_year: int | None = None
    last_year: int | None = None

    @property
    def certain(self) -> bool:
        """Whether there is an interval, or a reason for having none."""
        return self.percent_low is not None or bool(self.reason)

    def to_frame(self) -> pd.DataFrame:
        """One row; the groups become the columns group and other."""
        return row_frame(self)
