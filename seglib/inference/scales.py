"""Certainty over scales: profiles, and measures in context.

In 420 worlds of a town of 400 units and 80,000 persons, truth known, intervals of 95 per cent from
200 draws held H, D and isolation in 93 to 96 of 100 worlds over kernels of 150 to 800 m, in 120 of
these in 92 to 97 over the 400 to 20,000 nearest persons, and their ratios in 93 to 96.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal

import numpy as np

from seglib.inference.certainty import Wishes, reflected, tails
from seglib.inference.estimating import ANYWHERE
from seglib.inference.numbers import (
    Numbers,
    Values,
    Whole,
    at_levels,
    merged,
    told_together,
    wishes_over_scales,
)
from seglib.inference.vouching import LARGEST_SMALL_SHARE, SMALLEST_CELL, expected_cells
from seglib.registry import Columns, one_number
from seglib.result import Estimate, Profile
from seglib.scale.contexts import Context, part_rows
from seglib.scale.profiles import one_kind, profile
from seglib.scale.surroundings import in_context, value_among
from seglib.table import CountTable

Interval = Literal["process"] | None
Null = Literal["allocation"] | None
AROUND_BYTES = 16 * 2**20  # of surroundings, in each thread
KNOWN = ("low", "high", "standard_error", "bias", "debiased", "null_mean", "p_value")


def estimate_profile(
    table: CountTable,
    measure: Callable[..., Estimate],
    *args: Any,
    levels: Sequence[str] | None = None,
    contexts: Context | Sequence[Context] | None = None,
    seed: int,
    interval: Interval = "process",
    null: Null = "allocation",
    replicates: int = 200,
    level: float = 0.95,
    **options: Any,
) -> Profile:
    """A profile with an interval, a bias and a null at each scale, from the same drawn cities.

    Parameters
    ----------
    table : CountTable
        The smallest units.
    measure : callable
        Over levels any registered measure with one number, over contexts one that ``in_context``
        takes.
    *args
        For the measure.
    levels : sequence of str, optional
        As for ``profile``.
    contexts : Context or sequence of Context, optional
        In place of levels, as for ``profile``.
    seed : int
        From 0; the draws are those of ``estimate``.
    interval : {"process", None}
        "process": chance in where people live.
    null : {"allocation", None}
        "allocation": persons allotted to the smallest units at random, units and groups keeping
        their size, and met in the same surroundings.
    replicates : int
        Draws for each of the two, at least 40.
    level : float
        Coverage aimed at at each scale, between 0 and 1.
    **options
        For the measure, by name.

    Returns
    -------
    Profile
        With ``low`` and ``high``, NaN at a scale that has one of the ``reasons`` instead;
        ``estimate_ratio`` takes it further.

    Raises
    ------
    TableError, UndefinedMeasureError
        As ``profile`` raises.
    ParameterError
        As ``profile`` raises, or a setting is outside its range.

    Notes
    -----
    Basic bootstrap of persons over all cells of the smallest units, as in ``estimate``. The
    surroundings of a drawn city are found anew where they depend on persons (``knn``). A scale
    has no interval where ``estimate`` would give none; in context the smallest expected cell is
    that of a unit's surroundings, or of the unit where it has more persons. Bands hold scale by
    scale, not for all scales at once. Over levels D is drawn debiased, as in ``estimate``; over
    contexts as it is, since surroundings share their errors.

    References
    ----------
    Davison and Hinkley (1997), Bootstrap Methods and their Application, ch. 5.

    Examples
    --------
    >>> from seglib.measures import dissimilarity
    >>> from seglib.scale.contexts import knn
    >>> table = CountTable.from_counts(
    ...     [[900, 100], [800, 200], [100, 900], [200, 800]], groups=("a", "b"),
    ...     points_m=[[0, 0], [100, 0], [200, 0], [300, 0]],
    ... )
    >>> found = estimate_profile(table, dissimilarity, "a", contexts=knn([500, 4000]), seed=1)
    >>> bool(found.low[0] < found.values[0] < found.high[0])
    True
    >>> found.reasons[1]
    'not distinct from random allotment (p 1.00)'
    """
    entry = one_number(measure, "estimate_profile")
    over = {"levels": levels, "contexts": contexts}
    found = profile(table, measure, *args, **over, **options)
    wishes = wishes_over_scales(entry, interval, null, level, seed, replicates)
    columns = entry.columns(table, *args, **options)
    counts = columns.take(table.counts)
    city = counts.sum(axis=0, keepdims=True)
    rows = [part_rows(table, one) for one in levels or ()]
    if levels is None:
        around = _Around(measure, columns, one_kind(contexts), table)
        measured, cells = around.measured, [city] * len(found.scales)
        entry = replace(entry, debiased=None)  # its errors are those of units, not of surroundings
        small = around.small(counts)
        if entry.symbol == "H":  # surroundings may be more mixed than the city
            entry = replace(entry, bounds=(-np.inf, 1.0))
    else:
        cells, small = [merged(counts, one) for one in rows], [""] * len(levels)
        measured = partial(at_levels, entry.batch, rows)
    debiased = entry.debiased and partial(at_levels, entry.debiased, rows)
    numbers = Numbers(entry, found.values.tolist(), cells, columns.n_used, measured, debiased)
    fields, draws = numbers.certain(counts, wishes)
    for one, too_small in zip(fields, small, strict=True):
        if too_small and "low" in one:
            one.update(low=None, high=None, reason=too_small, reason_code="small-cells")
    return _with_certainty(found, fields, draws, wishes)


def estimate_in_context(
    measure: Callable[..., Estimate],
    table: CountTable,
    context: Context,
    *args: Any,
    seed: int,
    interval: Interval = "process",
    null: Null = "allocation",
    replicates: int = 200,
    level: float = 0.95,
    **options: Any,
) -> Estimate:
    """A measure in context with its interval, its bias and its null.

    Parameters
    ----------
    measure, table, context, *args, **options
        As for ``in_context``.
    seed, interval, null, replicates, level
        As for ``estimate_profile``, of which this is one scale.

    Returns
    -------
    Estimate
        With an interval, or a reason for having none.

    Raises
    ------
    ParameterError, TableError, UndefinedMeasureError
        As ``in_context`` and ``estimate_profile`` raise.

    References
    ----------
    Reardon and O'Sullivan (2004), Sociological Methodology 34, 121-162.

    Examples
    --------
    >>> from seglib.measures import isolation
    >>> from seglib.scale.contexts import kernel
    >>> table = CountTable.from_counts(
    ...     [[900, 100], [100, 900]], groups=("a", "b"), points_m=[[0, 0], [500, 0]]
    ... )
    >>> found = estimate_in_context(isolation, table, kernel(1000), "a", seed=1)
    >>> found.low < found.value < found.high
    True
    """
    point = in_context(measure, table, context, *args, **options)
    wishes: dict[str, Any] = {"seed": seed, "replicates": replicates, "level": level}
    kinds: dict[str, Any] = {"interval": interval, "null": null}
    found = estimate_profile(table, measure, *args, contexts=context, **kinds, **wishes, **options)
    fields = {name: getattr(found, name) for name in KNOWN}
    numbers = {name: None if array is None else float(array[0]) for name, array in fields.items()}
    known: Any = {name: getattr(found, name) for name in ("estimand", "method", "stream")}
    reason = {"reason": found.reason, "reason_code": found.reason_code}
    return replace(point, **numbers, **known, **reason, **wishes)


def estimate_ratio(found: Profile, macro: Any, micro: Any) -> Estimate:
    """How far segregation reaches, ``Profile.ratio``, with the interval that its draws give.

    Parameters
    ----------
    found : Profile
        From ``estimate_profile`` with an interval.
    macro, micro : scale
        Two scales of the profile, the larger one first.

    Returns
    -------
    Estimate
        The value at ``macro`` over that at ``micro``. Without interval there is a reason, as
        where one of the two scales has none.

    Raises
    ------
    SeglibError
        A scale is not in the profile, or the value at ``micro`` is 0.

    Notes
    -----
    Basic bootstrap of the ratio in each drawn city, so that chance which both scales share
    cancels out.

    References
    ----------
    Reardon, Matthews, O'Sullivan and others (2008), Demography 45(3), 489-514.

    Examples
    --------
    >>> from seglib.measures import dissimilarity
    >>> table = CountTable.from_counts(
    ...     [[900, 100], [300, 700], [100, 900], [600, 400]], groups=("a", "b"),
    ...     parts={"wijk": "AABB"},
    ... )
    >>> found = estimate_profile(table, dissimilarity, "a", levels=["", "wijk"], seed=1)
    >>> ratio = estimate_ratio(found, "wijk", "")
    >>> 0.3 < ratio.low < ratio.value < ratio.high < 0.6
    True
    """
    value = found.ratio(macro, micro)
    places = [found.scales.index(scale) for scale in (macro, micro)]
    point = Estimate(
        f"ratio of {found.symbol}",
        value,
        found.groups,
        level=found.level,
        seed=found.seed,
        replicates=found.replicates,
        stream=found.stream,
        place=found.place,
        year=found.year,
        source=found.source,
    )
    told = {found.scales[place]: found.reasons[place] for place in places if found.reasons}
    codes = [found.reason_codes[place] for place in places if found.reasons]
    if found.draws is None or any(codes):
        reason = told_together(found.scale_name, told) if any(codes) else found.reason
        code = next(filter(None, codes), found.reason_code)
        return replace(point, reason=reason, reason_code=code)
    draws = found.draws[:, places[0]] / found.draws[:, places[1]]
    ends = tails(draws, found.level).tolist()
    low, high = reflected(value, ends[0], ends[1], ANYWHERE)
    bias = float(draws.mean()) - value
    spread = {"standard_error": float(draws.std(ddof=1)), "bias": bias, "debiased": value - bias}
    origin: Any = {"estimand": found.estimand, "method": found.method}
    return replace(point, low=low, high=high, **spread, **origin)


class _Around:
    """A measure among surroundings, in any draw of a table's persons."""

    def __init__(
        self, measure: Any, columns: Columns, contexts: list[Context], table: CountTable
    ) -> None:
        self.measure, self.columns = measure, columns
        self.grounds = [one.around(table) for one in contexts]
        self.n_scales = sum(len(one.scales) for one in contexts)
        self.one_by_one = contexts[0].scale_name == "k"  # who is near depends on the draw

    def measured(self, chunk: Whole) -> Values:
        """At each scale, shape (n_scales, replicates)."""
        out = np.empty((self.n_scales, len(chunk)))
        fit = max(1, AROUND_BYTES // (8 * self.n_scales * chunk[0].size))
        step = 1 if self.one_by_one else fit
        for first in range(0, len(chunk), step):
            some = chunk[first : first + step]
            beside = np.ascontiguousarray(some.transpose(1, 0, 2)).reshape(chunk.shape[1], -1)
            around = np.concatenate([ground(beside) for ground in self.grounds])
            around = around.reshape(*around.shape[:2], *some.shape[::2])
            for scale, place in np.ndindex(self.n_scales, len(some)):
                met = np.ascontiguousarray(around[scale, :, place])
                value = value_among(self.measure, some[place], met, self.columns)
                out[scale, first + place] = value
        return out

    def small(self, counts: Whole) -> list[str]:
        """For each scale a reason where too many live among few."""
        city, persons = counts.sum(axis=0, keepdims=True), counts.sum(axis=1)
        share = float(expected_cells(city, self.columns.n_used)[0]) / max(1, int(city.sum()))
        told: list[str] = []
        for around in (scale for ground in self.grounds for scale in ground(counts)):
            expected = share * np.maximum(around.sum(axis=1), persons)
            held = persons[expected < SMALLEST_CELL].sum() / max(1, int(city.sum()))
            smallest = float(expected[persons > 0].min(initial=np.inf))
            reason = (
                f"smallest expected cell of surroundings {smallest:.1f}; units whose surroundings "
                f"expect fewer than {SMALLEST_CELL:g} hold {100 * held:.0f}% of persons (limit "
                f"{100 * LARGEST_SMALL_SHARE:.0f}%)"
            )
            told.append(reason if held > LARGEST_SMALL_SHARE else "")
        return told


def _with_certainty(
    found: Profile, fields: list[dict[str, Any]], draws: Values | None, wishes: Wishes
) -> Profile:
    arrays: dict[str, Any] = {}
    for name in KNOWN:
        column = [one.get(name) for one in fields]
        if any(value is not None for value in column):
            arrays[name] = np.array([np.nan if one is None else one for one in column], dtype=float)
            arrays[name].flags.writeable = False
    reasons = tuple(one["reason"] for one in fields)
    codes = tuple(one["reason_code"] for one in fields)
    told = told_together(found.scale_name, dict(zip(found.scales, reasons, strict=True)))
    how = next((one for one in fields if "method" in one), {"estimand": "", "method": ""})
    origin: Any = {name: how[name] for name in ("estimand", "method")} | wishes.origin
    reason: Any = {"reasons": reasons, "reason_codes": codes, "reason": told}
    code = next(filter(None, codes), "")
    return replace(found, **arrays, **reason, **origin, reason_code=code, draws=draws)
