"""The city of one year with the sizes of another: who lives with whom is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from seglib.change.fitting import TOLERANCE, Floats, ipf
from seglib.change.ground import CommonGround, common_ground
from seglib.errors import ParameterError
from seglib.registry import one_number
from seglib.table import CountTable

Sizes = Literal["both", "units", "groups"]


@dataclass(frozen=True, slots=True, eq=False)
class Counterfactual:
    """An imagined table: the odds ratios of one year with sizes of another.

    ``counts`` are persons and fractions of them, float64 and read-only, shape (n_units,
    n_groups), for ``units`` and ``groups``; ``ground`` lists what only one of the years has.
    """

    counts: Floats
    units: tuple[str, ...]
    groups: tuple[str, ...]
    take: Sizes
    ground: CommonGround

    def value_of(self, measure: Callable[..., Any], *args: Any, **options: Any) -> float:
        """What a registered measure that gives one number is in this table.

        Examples
        --------
        >>> from seglib.measures import dissimilarity
        >>> first = CountTable.from_counts([[30, 10], [10, 30]], groups=("a", "b"))
        >>> last = CountTable.from_counts([[40, 40], [20, 20]], groups=("a", "b"))
        >>> round(counterfactual(first, last).value_of(dissimilarity, "a", "b"), 6)
        0.429262
        """
        entry = one_number(measure, "A counterfactual")
        counted = CountTable.from_counts(
            self.ground.before.astype(np.int64), groups=self.groups, units=self.units
        )
        return entry.evaluate(entry.columns(counted, *args, **options), self.counts)


def counterfactual(
    before: CountTable,
    after: CountTable,
    *,
    take: Sizes = "both",
    tolerance: float = TOLERANCE,
) -> Counterfactual:
    """The city as it would be had units and groups taken other sizes, and nothing else changed.

    Parameters
    ----------
    before, after : CountTable
        Two years with the same groups; units are matched by code. The odds ratios, which say who
        lives with whom apart from all sizes, are those of ``before``. Change places to ask what
        the later city would be with the sizes of the earlier one.
    take : {"both", "units", "groups"}
        Whose sizes are those of ``after``. With "units" the groups keep their shares of
        ``before``, with "groups" the units do; the total is that of ``after`` in any case.
    tolerance : float
        Relative tolerance of the fit to margins.

    Returns
    -------
    Counterfactual
        Persons on the units and groups that have people in both years.

    Raises
    ------
    TableError
        The groups differ.
    UndefinedMeasureError
        No unit has people in both years.
    ParameterError
        ``take`` is something else.
    ConvergenceError
        Empty cells keep a unit or group, which is named, from its size in the other year.

    Notes
    -----
    Iterative proportional fitting. A cell that is empty in ``before`` stays empty: where nobody
    of a group lived, odds ratios say that nobody will. With "groups" the units keep their sizes,
    so a growing group spreads otherwise than before; in ``margin_only`` it keeps its spread over
    the units and their sizes follow.

    References
    ----------
    Deming and Stephan (1940), Annals of Mathematical Statistics 11(4), 427-444.
    Elbers (2021), Sociological Methods and Research 52(1), doi 10.1177/0049124121986204.

    Examples
    --------
    >>> first = CountTable.from_counts([[30, 10], [10, 30]])
    >>> last = CountTable.from_counts([[40, 40], [20, 20]])
    >>> counterfactual(first, last, take="groups").counts.round(6).tolist()
    [[45.0, 15.0], [15.0, 45.0]]
    """
    if take not in ("both", "units", "groups"):
        raise ParameterError(
            f"take is 'both', 'units' or 'groups', not {take!r}. Write whose sizes are the later."
        )
    ground = common_ground(before, after)
    kept, other = ground.before, ground.after
    total = other.sum()
    margins = [
        (other if take in ("both", what) else kept * (total / kept.sum())).sum(axis=axis)
        for what, axis in (("units", 1), ("groups", 0))
    ]
    fitted = ipf(kept, *margins, tolerance=tolerance, names=ground.names)
    fitted.flags.writeable = False
    return Counterfactual(fitted, ground.units, ground.groups, take, ground)
