"""What measures there are: symbol, bounds, properties, and the kernels that compute them."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, ParamSpec, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from seglib.errors import ParameterError, SeglibError
from seglib.result import Estimate
from seglib.table import CountTable
from seglib.table.cells import locked

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])
Form = Literal["pair", "table", "local"]

PROPERTIES = {
    "composition invariant": "does not change when a group grows with its spread over units kept",
    "weak transfers": "does not rise when an exchange of persons makes two units more alike",
    "strong transfers": "falls when an exchange of persons makes two units more alike",
    "symmetric": "stays the same when units and groups change places",
    "additive": "is the sum of a part between and a part within any grouping of units",
    "bounded below by share": "is never below the group's share of all persons",
    "margins only": "depends on the groups' totals alone, not on where people live",
    "ordered": "reads the groups as steps of a ladder, the lowest first",
    "shrunken": "lies nearer to the city's own number the fewer persons a unit has",
}


def kernel(function: F) -> F:
    """Compile on first use and keep the machine code on disk; division follows IEEE 754.

    A kernel lets other threads run beside it.
    """
    return cast(F, njit(cache=True, nogil=True, error_model="numpy")(function))


@dataclass(frozen=True, slots=True)
class Columns:
    """Which groups of a table a measure looks at, in the order that its kernel wants them.

    ``indices`` names for each column the groups that it adds up. The columns share out all
    persons of the table, so that drawing persons over the columns equals drawing them over the
    groups. The first ``n_used`` are those that the measure weighs. Where the table is ``turned``
    its groups come as rows and its units as columns: one number for each group.
    """

    symbol: str
    groups: tuple[str, ...]
    indices: tuple[tuple[int, ...], ...]
    n_used: int
    turned: bool = False

    def take(self, counts: NDArray[Any]) -> NDArray[Any]:
        """A writable, contiguous array of these columns, shape (n_units, len(indices))."""
        if self.turned:
            return counts.T.copy()
        out = np.empty((counts.shape[0], len(self.indices)), dtype=counts.dtype)
        for column in range(len(self.indices)):
            self._fill(out[:, column], counts, column)
        return out

    def pair(self, counts: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """The first two columns, each contiguous and read-only."""
        ours, theirs = np.empty((2, counts.shape[0]), dtype=counts.dtype)
        self._fill(ours, counts, 0)
        self._fill(theirs, counts, 1)
        return locked(ours), locked(theirs)

    def pair_of(self, table: CountTable) -> tuple[NDArray[Any], NDArray[Any]]:
        """The first two columns of a table, from what it keeps by group."""
        ours, theirs = (self._kept(table, chosen) for chosen in self.indices[:2])
        return ours, theirs

    def _kept(self, table: CountTable, chosen: tuple[int, ...]) -> NDArray[Any]:
        if len(chosen) == 1:
            return table.by_group[chosen[0]]
        left = [group for group in range(table.n_groups) if group not in chosen]
        return locked(table.unit_totals - table.by_group[left].sum(axis=0))

    def _fill(self, out: NDArray[Any], counts: NDArray[Any], column: int) -> None:
        # column by column: an index by a list and a sum over rows take twice as long
        out[:] = 0
        for group in self.indices[column]:
            out += counts[:, group]

    def estimate(self, table: CountTable, value: float) -> Estimate:
        """The value with its symbol, groups and origin."""
        return Estimate(
            self.symbol,
            float(value),
            self.groups,
            table.n_units,
            place=table.place,
            year=table.year,
            source=table.source,
            unit=table.level,
        )


@dataclass(frozen=True, slots=True)
class Measure:
    """A registered measure.

    ``form`` says what its kernel takes: "pair" two columns of persons, "table" a whole table,
    "local" a table and an array to fill with one number per row. ``batch`` measures
    ``counts[replicate, unit, column]`` into ``out``; ``weighted``, where there is one, fills it
    from ``counts[unit, column]`` and ``times[replicate, unit]``, how often each unit stands in
    the city; ``debiased``, where there is one, measures as batch does, less what chance adds.
    ``variant`` gives the entry for options of the measure itself. ``tail`` says on which side of
    its null a segregated city lies; ``has_null`` is False where where people live does not matter.
    """

    symbol: str
    rest: str | None
    dimension: str
    bounds: tuple[float, float]
    properties: tuple[str, ...]
    form: Form
    function: Callable[..., Any]
    kernel: Callable[..., Any]
    batch: Callable[..., Any]
    layout: Callable[..., Columns]
    tail: Literal["upper", "lower"] = "upper"
    weighted: Callable[..., Any] | None = None
    debiased: Callable[..., Any] | None = None
    variant: Callable[..., Measure] | None = None

    def at(self, **options: Any) -> Measure:
        """The same measure, with kernels that know its own options."""
        return self.variant(self, **options) if self.variant and options else self

    @property
    def arity(self) -> int:
        """How many groups must be named."""
        asked = inspect.signature(self.function).parameters.values()
        return sum(p.name in ("group", "other") and p.default is p.empty for p in asked)

    @property
    def has_null(self) -> bool:
        """Whether random allotment says something about it."""
        return "margins only" not in self.properties

    @property
    def adjustable(self) -> bool:
        """Whether (value - null) / (1 - null) is defined for it."""
        return self.dimension == "evenness" and self.bounds == (0.0, 1.0)

    def columns(self, table: CountTable, *args: Any, **options: Any) -> Columns:
        """The columns for these arguments; raises as the measure itself does."""
        return self.layout((self.symbol, self.rest or self.symbol), table, *args, **options)

    def evaluate(self, columns: Columns, counts: NDArray[Any]) -> float:
        """A scalar measure of any array of persons or fractions of persons, unchecked."""
        if self.form == "pair":
            return float(self.kernel(*columns.pair(counts)))
        return float(self.kernel(columns.take(counts)))


REGISTRY: dict[str, Measure] = {}
_BY_FUNCTION: dict[Callable[..., Any], Measure] = {}


def measure(
    symbol: str,
    *,
    kernel: Callable[..., Any],
    columns: Callable[..., Columns],
    form: Form,
    bounds: tuple[float, float] | None = None,
    rest: str | None = None,
    properties: tuple[str, ...] = (),
    tail: Literal["upper", "lower"] = "upper",
    weighted: Callable[..., Any] | None = None,
    variant: Callable[..., Measure] | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Enter a measure under its symbol, and make the kernel that measures many tables at once.

    Parameters
    ----------
    symbol, rest : str
        The field's symbol, and the one it has against everyone else.
    kernel : callable
        The measure's own kernel.
    columns : callable
        Gives the Columns for ``((symbol, rest), table, *args)``.
    form : {"pair", "table", "local"}
        What the kernel takes.
    bounds : tuple of float
        Smallest and largest value.
    properties : tuple of str
        Names in PROPERTIES; the property tests hold the measure to exactly these.
    tail : {"upper", "lower"}
        The side of its null on which a segregated city lies.
    weighted : callable, optional
        Kernel ``(counts, times, out)`` for cities in which units come several times or never.
    variant : callable, optional
        Gives the entry with kernels for the measure's own options: ``variant(entry, **options)``.

    Returns
    -------
    callable
        A decorator that gives the function back as it is.

    Raises
    ------
    SeglibError
        A symbol is taken, bounds are absent, or a property is unknown.
    """
    if bounds is None or not bounds[0] < bounds[1]:
        raise SeglibError(
            f"Measure {symbol!r} needs bounds, it has {bounds}. Declare (smallest, largest)."
        )
    unknown = [name for name in properties if name not in PROPERTIES]
    if unknown:
        raise SeglibError(
            f"Measure {symbol!r} declares a property {unknown[0]!r} that is not known. "
            f"Known are: {'; '.join(PROPERTIES)}."
        )

    def enter(function: Callable[P, R]) -> Callable[P, R]:
        entry = Measure(
            symbol=symbol,
            rest=rest,
            dimension=function.__module__.removeprefix("seglib.measures.").partition(".")[0],
            bounds=bounds,
            properties=properties,
            form=form,
            function=function,
            kernel=kernel,
            batch=batch_kernel(kernel, form),
            layout=columns,
            tail=tail,
            weighted=weighted,
            variant=variant,
        )
        for name in filter(None, (symbol, rest)):
            if name in REGISTRY:
                owner = REGISTRY[name].function.__name__
                raise SeglibError(
                    f"The symbol {name!r} of {function.__name__} belongs to {owner} already. "
                    "Choose another one."
                )
            REGISTRY[name] = entry
        _BY_FUNCTION[function] = entry
        return function

    return enter


def debiased_by(kernel: Callable[..., Any]) -> Callable[[F], F]:
    """Give a registered measure the kernel, of its form, that its intervals are drawn of."""

    def enter(function: F) -> F:
        known = measure_of(function)
        entry = replace(known, debiased=batch_kernel(kernel, known.form))
        _BY_FUNCTION[function] = entry
        REGISTRY.update(dict.fromkeys(filter(None, (entry.symbol, entry.rest)), entry))
        return function

    return enter


def measure_of(function: Callable[..., Any]) -> Measure:
    """The registry's entry for a measure function; an unregistered one is a ParameterError."""
    if function in _BY_FUNCTION:
        return _BY_FUNCTION[function]
    known = ", ".join(sorted(entry.__name__ for entry in _BY_FUNCTION))
    raise ParameterError(
        f"{getattr(function, '__name__', function)!s} is not a registered measure. "
        f"Use one of {known}, or register it with @measure."
    )


def one_number(function: Callable[..., Any], asker: str) -> Measure:
    """The entry of a measure that gives one number; a local one is a ParameterError."""
    entry = measure_of(function)
    if entry.form == "local":
        raise ParameterError(
            f"{asker} needs a measure with one number, {entry.symbol} has one for each unit. "
            "Use mutual_information for the whole city."
        )
    return entry


def explain(symbol: str) -> str:
    """What a symbol stands for: its meaning, formula, bounds, properties and literature.

    Parameters
    ----------
    symbol : str
        A symbol in the registry, "D_rest" say.

    Returns
    -------
    str
        A line for each.

    Raises
    ------
    ParameterError
        There is no such symbol.

    Examples
    --------
    >>> import seglib.measures
    >>> print(explain("Hutchens"))
    Hutchens (hutchens, evenness): Share by which two groups fall short of full overlap.
    Against everyone else: Hutchens_rest.
    Formula: One less the sum over units of ``sqrt((x_u / X) (y_u / Y))``.
    Bounds: 0 to 1.
    Properties:
    - composition invariant: does not change when a group grows with its spread over units kept
    - strong transfers: falls when an exchange of persons makes two units more alike
    Source:
    - Hutchens (2001), Mathematical Social Sciences 42(1), 13-29.
    - Hutchens (2004), International Economic Review 45(2), 555-578.
    """
    if symbol not in REGISTRY:
        raise ParameterError(
            f"There is no measure with symbol {symbol!r}. Known are {', '.join(REGISTRY)}."
        )
    entry = REGISTRY[symbol]
    text = inspect.cleandoc(entry.function.__doc__ or "")
    lines = [f"{symbol} ({entry.function.__name__}, {entry.dimension}): {text.splitlines()[0]}"]
    if entry.rest:
        lines.append(f"Against everyone else: {entry.rest}.")
    formula = re.match(r".+?[.](?= |$)", " ".join(_section(text, "Notes")))
    if formula:
        lines.append(f"Formula: {formula[0]}")
    lines.append(f"Bounds: {entry.bounds[0]:g} to {entry.bounds[1]:g}.")
    lines.append("Properties:" if entry.properties else "Properties: none declared.")
    lines += [f"- {name}: {PROPERTIES[name]}" for name in entry.properties]
    return "\n".join([*lines, "Source:", *(f"- {line}" for line in _section(text, "References"))])


def _section(text: str, name: str) -> list[str]:
    """The lines of the first paragraph of a docstring's section."""
    _, _, after = text.partition(f"\n{name}\n{'-' * len(name)}\n")
    return after.partition("\n\n")[0].splitlines()


def batch_kernel(measure_kernel: Any, form: Form) -> Callable[..., Any]:
    """The kernel that measures ``counts[replicate, unit, column]``, one number per replicate.

    The machine code of such a function contains the measure's own. numba decides by file and
    name whether what it kept on disk still holds, and never finds again a function that closes
    over a kernel or receives one. So the template's code is given the file, the line and a name
    of the measure's kernel, and reaches it as a global: it is found in a later process, and
    thrown away when the measure's file changes.
    """
    template = {"pair": _measure_pairs, "table": _measure_tables, "local": _measure_locally}[form]
    origin = measure_kernel.py_func
    name = f"{origin.__name__}_batch"
    code = template.__code__.replace(
        co_filename=origin.__code__.co_filename,
        co_firstlineno=origin.__code__.co_firstlineno,
        co_name=name,
        co_qualname=name,
    )
    names = {"np": np, "_placed_kernel": measure_kernel, "__name__": origin.__module__}
    function = types.FunctionType(code, names, name)
    function.__doc__ = template.__doc__
    return kernel(function)


_placed_kernel: Any = None  # in a batch kernel, the global that holds the measure's kernel


def _measure_pairs(counts: Any, out: Any) -> None:
    """Fill out with the measure of the first two columns of each replicate."""
    n_units = counts.shape[1]
    ours = np.empty(n_units, counts.dtype)
    theirs = np.empty(n_units, counts.dtype)
    for replicate in range(counts.shape[0]):
        for unit in range(n_units):
            ours[unit] = counts[replicate, unit, 0]
            theirs[unit] = counts[replicate, unit, 1]
        out[replicate] = _placed_kernel(ours, theirs)


def _measure_tables(counts: Any, out: Any) -> None:
    """Fill out with the measure of each replicate."""
    for replicate in range(counts.shape[0]):
        out[replicate] = _placed_kernel(counts[replicate])


def _measure_locally(counts: Any, out: Any) -> None:
    """Fill a row of out with the measure of each unit of a replicate."""
    for replicate in range(counts.shape[0]):
        _placed_kernel(counts[replicate], out[replicate])
