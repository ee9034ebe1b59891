"""Many measures of many places in one call, each city being drawn once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from seglib.errors import ParameterError, UndefinedMeasureError
from seglib.inference.bounded import Possible, within_bounds
from seglib.inference.certainty import Interval, Null, Wishes, certainties, drawing_of
from seglib.inference.estimating import check_kinds, check_settings, for_each
from seglib.inference.measuring import Sought, members_of
from seglib.registry import Measure, one_number
from seglib.result import Estimates, row_of
from seglib.table import REST, CountTable, CountTables

if TYPE_CHECKING:
    import pandas as pd

Asked = Callable[..., Any] | tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A measure that a table gives no meaning to, and why; ``key`` is that of the table."""

    key: Any
    symbol: str
    groups: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, repr=False)
class JointEstimates(Estimates):
    """Estimates of several measures, of one table or by key, and what was left out of them."""

    left_out: tuple[LeftOut, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """A row for each key and measure, with the key, where there is one, in a first column."""
        import pandas as pd

        if not self.by:
            return pd.DataFrame([row_of(result) for result in self.results.values()])
        own = ("key", self.by)  # a frame for each key would take longer than the estimates
        rows = [(key, row_of(one)) for key, each in self.results.items() for one in each.values()]
        return pd.DataFrame(
            [{self.by: key} | {n: row[n] for n in row if n not in own} for key, row in rows]
        )


def estimate_together(
    asked: Sequence[Asked],
    tables: CountTable | CountTables,
    *,
    seed: int,
    interval: Interval = "process",
    null: Null = "allocation",
    replicates: int = 500,
    by: str | None = None,
    level: float = 0.95,
    where_undefined: Literal["raise", "leave out"] = "raise",
) -> JointEstimates:
    """Several measures of one table, or of each of several, all from the same draws.

    Parameters
    ----------
    asked : sequence of callable or tuple
        Registered measures that give one number, each alone or as ``(measure, *args)``.
    tables : CountTable or CountTables
        One table; or several, which give results for each key.
    seed, interval, null, replicates, by, level
        As for ``estimate``.
    where_undefined : {"raise", "leave out"}
        What becomes of a measure that a table gives no meaning to, as where a group has no
        members: "leave out" lists it in ``left_out`` with the reason.

    Returns
    -------
    JointEstimates
        Of one table: an Estimate for each measure, under its symbol, or under
        ``(symbol, *args)`` where it has arguments. Of several: such Estimates for each key.
        ``to_frame`` gives a row for each key and measure.

    Raises
    ------
    ParameterError
        A measure is not registered, gives no single number or is asked twice, or a setting is
        outside its range.
    SeglibError
        As the measure itself raises, the key named where there are several.

    Notes
    -----
    A city is drawn over all groups of the table, and each measure adds up its columns of it. For
    a measure of all groups, one by one, that is what ``estimate`` draws: the numbers are the
    same to the last bit. For others, and for any measure of a group against the rest, the draws
    differ from those of ``estimate`` and their distribution is the same. Draws of units are
    the same for all.

    Examples
    --------
    >>> from seglib.measures import dissimilarity, information_theory
    >>> table = CountTable.from_counts([[900, 300], [300, 900]], groups=("a", "b"))
    >>> both = [information_theory, (dissimilarity, "a", "b")]
    >>> found = estimate_together(both, table, seed=1, replicates=200)
    >>> found["D", "a", "b"].value, found.to_frame()["symbol"].tolist()
    (0.5, ['H', 'D'])
    """
    check_settings(seed, replicates, level)
    if where_undefined not in ("raise", "leave out"):
        raise ParameterError(
            f"where_undefined is 'raise' or 'leave out', not {where_undefined!r}. "
            "Write one of these."
        )
    questions = _questions(asked)
    check_kinds([question.entry for question in questions], interval, null)
    wishes = Wishes(interval, null, level, int(seed), int(replicates))
    task = _Together(questions, wishes, where_undefined == "leave out")
    found = for_each(tables, by, replicates, task.run)
    if by is None and isinstance(tables, CountTable):
        return found[None]
    left_out = tuple(one for each in found.values() for one in each.left_out)
    return JointEstimates(found, by or "key", left_out)


@dataclass(frozen=True, slots=True)
class _Question:
    """One measure with its arguments."""

    entry: Measure
    args: tuple[Any, ...]

    @property
    def symbol(self) -> str:
        against_rest = self.args[1:] in ((), (REST,))
        return self.entry.rest if self.entry.rest and against_rest else self.entry.symbol

    @property
    def key(self) -> Any:
        return (self.symbol, *self.args) if self.args else self.symbol


def _questions(asked: Sequence[Asked]) -> list[_Question]:
    found: dict[Any, _Question] = {}
    for one in asked:
        function, *args = one if isinstance(one, tuple) else (one,)
        question = _Question(one_number(function, "estimate_together"), tuple(args))
        if question.key in found:
            raise ParameterError(
                f"estimate_together is asked for {question.key!r} twice. Ask once for each."
            )
        found[question.key] = question
    if not found:
        raise ParameterError(
            "estimate_together needs a measure at least, none came. Write [information_theory]."
        )
    return [*found.values()]


@dataclass(frozen=True, slots=True)
class _Together:
    """Questions and wishes, carried out on table after table."""

    questions: list[_Question]
    wishes: Wishes
    leaves_out: bool

    def run(self, table: CountTable, key: Any) -> JointEstimates:
        points: dict[Any, Any] = {}
        sought: list[Sought] = []
        left_out: list[LeftOut] = []
        for asked in self.questions:
            try:
                points[asked.key] = asked.entry.function(table, *asked.args)
            except UndefinedMeasureError as error:
                if not self.leaves_out:
                    raise
                left_out.append(LeftOut(key, asked.symbol, asked.args, str(error)))
                continue
            columns = asked.entry.columns(table, *asked.args)
            members = members_of(columns, table.n_groups)
            counts = columns.take(table.counts)
            value = points[asked.key].value
            sought.append(Sought(asked.entry, value, counts, columns.n_used, members))
        results: dict[Any, Any] = {}
        if sought:
            drawing = drawing_of(sought, table.counts, self.wishes)
            fields = certainties(sought, table.counts, self.wishes, drawing)
            origin: dict[str, Any] = self.wishes.origin
            for (name, point), known in zip(points.items(), fields, strict=True):
                results[name] = replace(point, key=key, **origin, **known)
        if self.wishes.interval == "measurement":
            results = self._within_bounds(table, results)
        return JointEstimates(results, "", tuple(left_out))

    def _within_bounds(self, table: CountTable, results: dict[Any, Any]) -> dict[Any, Any]:
        possible, level = Possible.of(table, None, None), self.wishes.level
        asked = {question.key: question for question in self.questions}
        return {
            name: within_bounds(
                point,
                possible,
                asked[name].entry,
                asked[name].entry.columns(table, *asked[name].args),
                level=level,
                **self.wishes.source,
            )
            for name, point in results.items()
        }
