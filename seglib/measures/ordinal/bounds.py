"""What brackets alone prove of rank-order segregation: its smallest and largest value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from seglib.errors import ParameterError
from seglib.measures.columns import several_groups
from seglib.measures.ordinal.variation import Values, Variation, variation_of
from seglib.table import CountTable

if TYPE_CHECKING:
    import pandas as pd

GRID = 20_000  # percentiles at which bounds are taken; the integral is then right to 1e-6


@dataclass(frozen=True, slots=True)
class RankOrderBounds:
    """Smallest and largest rank-order index that the brackets allow; each can be reached."""

    symbol: str
    low: float
    high: float
    n_units: int
    n_cuts: int
    place: str = ""
    year: int | None = None
    source: str = ""
    unit: str = ""

    @property
    def width(self) -> float:
        """How much the brackets leave open."""
        return self.high - self.low

    def to_frame(self) -> pd.DataFrame:
        """One row."""
        import pandas as pd

        return pd.DataFrame([asdict(self)])


def rank_order_bounds(table: CountTable, index: str = "H") -> RankOrderBounds:
    """Between which values rank-order segregation must lie, whatever happens within brackets.

    Parameters
    ----------
    table : CountTable
        Persons or households by bracket, the lowest bracket first; two brackets are enough. An
        empty unit adds nothing.
    index : {"H", "R", "S"}
        Information theory, variance ratio or Hutchens's square root.

    Returns
    -------
    RankOrderBounds
        ``low`` and ``high`` in [0, 1], no unit. Both are sharp: some city with these brackets
        reaches each of them.

    Raises
    ------
    UndefinedMeasureError
        Fewer than two brackets have members.
    ParameterError
        There is no such index.

    Notes
    -----
    Let unit u have share t_u of all persons and share x_u(p) of its own at or below the city's
    percentile p. Each x_u rises from 0 to 1, the sum of t_u x_u(p) is p, and the index is
    ``1 - A / F``: A the integral over p of the sum of t_u f(x_u(p)), F that of f, and f concave
    (entropy, p (1 - p) or its root). The brackets fix x_u at the cuts, say a_u and b_u around
    one bracket; so the brackets can be taken one by one.

    *Low*, the largest A. At each p, among shares between a_u and b_u with the right sum, those
    clipped to one common level c, ``min(b_u, max(a_u, c))``, are majorised by all others, so
    they give the largest sum of a concave f. As p rises c rises, and so does each x_u: the
    shares that are best at each p by itself make one possible city.

    *High*, the smallest A. A is concave in who lives where, so it is smallest at an extreme
    point: at each p one unit alone receives persons. Two adjacent turns, of units v and w with
    m_v and m_w persons, cost less with v first when s_v < s_w, s being the slope of f over the
    turn. A unit with two turns has the steeper one first (f is concave), so bringing them
    together never costs more; and single turns go by rising slope of f from a_u to b_u. Within
    a bracket, then, units are wholly sorted, with one unit's persons all next to each other.

    Nothing narrower is true without more knowledge, and the index at the cuts by itself, without
    the units' brackets, proves less: ``published_bounds`` gives that. Rounded
    brackets make the bounds those of rounded figures. The same brackets in more units give a
    higher ``high``: sorting can go further.

    References
    ----------
    Reardon (2011), Measures of income segregation, Stanford CEPA working paper.
    Marshall, Olkin and Arnold (2011), Inequalities: Theory of Majorization, 2nd ed., ch. 3.
    Smith (1956), Naval Research Logistics Quarterly 3(1-2), 59-66.

    Examples
    --------
    >>> table = CountTable.from_counts([[50, 50], [50, 50]], groups=("low", "high"))
    >>> found = rank_order_bounds(table, "R")
    >>> round(found.low, 12), round(found.high, 12)
    (0.0, 0.125)
    """
    behind = variation_of(index)
    several_groups((f"{index}^R", f"{index}^R"), table)
    lived_in = table.counts[table.unit_totals > 0]
    totals = lived_in.sum(axis=1)
    share = totals / table.total
    low, high = 0.0, 0.0
    before = np.zeros(len(totals))
    persons = np.zeros(len(totals), dtype=np.int64)
    for bracket in range(table.n_groups):
        persons = persons + lived_in[:, bracket]
        after = persons / totals
        low += _levelled(before, after, share, behind)
        high += _sorted(before, after, share, behind)
        before = after
    ends = np.unique(table.group_totals.cumsum())
    return RankOrderBounds(
        f"{index}^R",
        max(0.0, 1.0 - low / behind.whole),
        max(0.0, 1.0 - high / behind.whole),
        table.n_units,
        int(((ends > 0) & (ends < table.total)).sum()),
        table.place,
        table.year,
        table.source,
        table.level,
    )


def published_bounds(published: Mapping[float, float], index: str = "H") -> RankOrderBounds:
    """Between which values rank-order segregation must lie, by its published cuts alone.

    Parameters
    ----------
    published : mapping of float to float
        The two-group index at cuts, all in [0, 1], by the city's share below the cut, which lies
        between 0 and 1: ``{0.4: 0.05, 0.8: 0.09}``. One cut or more, as exact as published.
    index : {"H", "R", "S"}
        Information theory, variance ratio or Hutchens's square root.

    Returns
    -------
    RankOrderBounds
        ``low`` and ``high`` in [0, 1], no unit, to within 1e-6. No city with these numbers lies
        outside; a narrower range may be true, as ``rank_order_bounds`` shows where the units'
        brackets are known.

    Raises
    ------
    ParameterError
        There is no such index, a number is outside its range, or no city can have all of them.

    Notes
    -----
    Let g(p) be the units' mean of ``f(x_u(p))``, with x_u(p) as in ``rank_order_bounds``; at a cut
    c it is ``f(c) (1 - H(c))``, and the index is one less the integral of g over that of f. For
    shares ``x <= y <= z`` each of the three f has

        ``f(y) <= f(x) + f(z) + (z - x) f((y - x) / (z - x))``:

    the entropy of a split in two is at most that of a finer split, taken apart by steps; the other
    two follow from ``y (1 - y) = (1 - r) x (1 - x) + r z (1 - z) + r (1 - r) (z - x)**2``, where
    ``r = (y - x) / (z - x)``. Averaged over the units, Jensen's inequality for the last term gives
    ``g(p) <= g(b) + g(d) + (d - b) f((p - b) / (d - b))`` for all ``b < p < d``. With b and d
    among the cuts, 0 and 1 (where g is 0) that bounds g from above; with a cut in the middle, it
    bounds g at either side from below.

    References
    ----------
    Reardon (2011), Measures of income segregation, Stanford CEPA working paper.
    Cover and Thomas (2006), Elements of Information Theory, 2nd ed., sec. 2.5.

    Examples
    --------
    >>> found = published_bounds({0.4: 0.05, 0.8: 0.09})
    >>> 0 <= found.low < 0.05 < found.high < 1
    True
    """
    behind = variation_of(index)
    for cut, value in published.items():
        if not (0.0 < cut < 1.0 and 0.0 <= value <= 1.0):
            raise ParameterError(
                f"{index} of {value} at cut {cut} is out of range. "
                "Give cuts between 0 and 1, as shares below, and values from 0 to 1."
            )
    if not published:
        raise ParameterError("Bounds need the index at one cut at least; none came. Give {cut: H}.")
    cuts = np.array(sorted([0.0, *published, 1.0]))
    known = behind.of(cuts) * (1.0 - np.array([0.0, *(published[c] for c in cuts[1:-1]), 0.0]))
    least, most = _between(cuts, known, behind, (np.arange(GRID) + 0.5) / GRID)
    at_cuts = _between(cuts, known, behind, cuts)
    if (at_cuts[0] > known + 1e-12).any() or (at_cuts[1] < known - 1e-12).any():
        raise ParameterError(
            f"No city has {index} of {', '.join(f'{v:g} at {c:g}' for c, v in published.items())}. "
            "Check that all cuts are of one place, year and index."
        )
    low, high = (1.0 - float(side.mean()) / behind.whole for side in (most, least))
    return RankOrderBounds(f"{index}^R", max(0.0, low), min(1.0, high), 0, len(published))


def _between(cuts: Values, known: Values, behind: Variation, at: Values) -> tuple[Values, Values]:
    """The smallest and largest that the units' mean of f can be at each percentile."""
    least, most = np.zeros(len(at)), behind.of(at)
    for c, g in zip(cuts, known, strict=True):
        for d, g_end in zip(cuts, known, strict=True):
            inside = (c < at) & (at < d)
            most[inside] = np.minimum(most[inside], g + g_end + _step(c, at[inside], d, behind))
            # the cut c lies between another, or an end, and the percentile
            beyond = (d < c) & (c < at)
            least[beyond] = np.maximum(least[beyond], g - g_end - _step(d, c, at[beyond], behind))
            beyond = (at < c) & (c < d)
            least[beyond] = np.maximum(least[beyond], g - g_end - _step(at[beyond], c, d, behind))
    return least, most


def _step(start: Any, middle: Any, end: Any, behind: Variation) -> Values:
    """What f gains at most between two shares by lying in the middle."""
    return (end - start) * behind.of((middle - start) / (end - start))


def _levelled(before: Values, after: Values, share: Values, behind: Variation) -> float:
    """The integral over one bracket when all units fill to a common, rising level."""
    levels = np.unique(np.concatenate([before, after]))
    begun = _passed(before, share, levels)
    filled = _passed(after, share, levels)
    filling = np.maximum(0.0, begun - filled)[:-1]
    at_start, at_end = share * behind.of(before), share * behind.of(after)
    resting = at_start.sum() - _passed(before, at_start, levels) + _passed(after, at_end, levels)
    moving = filling * np.diff(behind.area(levels))
    return float((filling * (resting[:-1] * np.diff(levels) + moving)).sum())


def _passed(values: Values, amounts: Values, levels: Values) -> Values:
    """The summed amounts of the values at or below each level."""
    order = np.argsort(values, kind="stable")
    summed = np.concatenate([[0.0], np.cumsum(amounts[order])])
    return summed[np.searchsorted(values[order], levels, side="right")]


def _sorted(before: Values, after: Values, share: Values, behind: Variation) -> float:
    """The integral over one bracket when units fill one after another, by rising slope of f."""
    start = behind.of(before)
    rise = behind.of(after) - start
    gap = after - before
    persons = share * gap
    resting = float(persons.sum() * (share @ start))
    filling = gap > 0.0
    share, rise, gap, persons = share[filling], rise[filling], gap[filling], persons[filling]
    area = behind.area(after[filling]) - behind.area(before[filling]) - start[filling] * gap
    order = np.argsort(rise / gap, kind="stable")
    still_to_come = persons.sum() - np.cumsum(persons[order])
    later = float(((share * rise)[order] * still_to_come).sum())
    return resting + later + float((share**2 * area).sum())
