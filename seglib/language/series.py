"""Series: estimates of one measure and one group by year, gathered from whatever holds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from seglib.errors import LanguageError
from seglib.result import Estimate

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Series:
    """Estimates of one measure, for the same groups and place, in order of year."""

    symbol: str
    groups: tuple[str, ...]
    years: tuple[int, ...]
    estimates: tuple[Estimate, ...]

    @property
    def group(self) -> str:
        """The group it is about; empty for a measure of all groups."""
        return self.groups[0] if self.groups else ""

    @property
    def reference(self) -> str:
        """The group that it is compared with; empty where there is none."""
        return self.groups[1] if len(self.groups) > 1 else ""

    @property
    def place(self) -> str:
        """The place of the first estimate."""
        return self.estimates[0].place


def flatten(results: object, kind: type[Result]) -> Iterator[tuple[object, Result]]:
    """Walk through mappings and lists of results and give each result with its nearest key.

    Parameters
    ----------
    results : object
        One result, or mappings and lists of results nested in any way.
    kind : type
        The kind of result that is wanted.

    Yields
    ------
    tuple of object and result
        The key under which it was found (None in a list) and the result.

    Raises
    ------
    LanguageError
        Something else is among the results.
    """
    yield from _walk(None, results, kind)


def _walk(key: object, found: object, kind: type[Result]) -> Iterator[tuple[object, Result]]:
    if isinstance(found, kind):
        yield key, found
    elif isinstance(found, Mapping):
        for inner_key, inner in found.items():
            yield from _walk(inner_key, inner, kind)
    elif isinstance(found, list | tuple):
        for inner in found:
            yield from _walk(key, inner, kind)
    else:
        wanted = getattr(kind, "__name__", "a finished result")
        raise LanguageError(
            f"Expected {wanted} or mappings of it, and met {type(found).__name__}. "
            "Pass what estimate(...) or change_between(...) gave."
        )


def gather(results: object) -> tuple[Series, ...]:
    """Sort estimates into one series per measure and groups.

    Parameters
    ----------
    results : Estimate, or mappings and lists of these
        The year is the estimate's own, or else the key under which it stands.

    Returns
    -------
    tuple of Series
        In order of first appearance.

    Raises
    ------
    LanguageError
        An estimate has no year, or something else is among the results.
    """
    found: dict[tuple[str, tuple[str, ...]], dict[int, Estimate]] = {}
    for key, estimate in flatten(results, Estimate):
        year = next(
            (year for year in (estimate.year, estimate.key, key) if isinstance(year, int)), None
        )
        if year is None:
            raise LanguageError(
                f"Estimate {estimate.symbol} has no year; key the tables by year before measuring."
            )
        found.setdefault((estimate.symbol, tuple(estimate.groups)), {})[int(year)] = estimate
    return tuple(
        Series(symbol, groups, tuple(sorted(by_year)), tuple(by_year[y] for y in sorted(by_year)))
        for (symbol, groups), by_year in found.items()
    )
