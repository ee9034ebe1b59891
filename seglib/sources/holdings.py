"""What figures there are: embedded, fetched, and what a fetch would add."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seglib.errors import DataDamagedError
from seglib.sources import addresses, area_figures, cache, catalogue


def holdings() -> Iterator[str]:
    """Lines that list the embedded sources, the cache, and what can be fetched."""
    yield "Embedded, and made of fetched files:"
    for one in (*catalogue.sources(), *area_figures.figure_sources()):
        files = [one.folder / file for file in one.checksums]
        size = sum(path.stat().st_size for path in files if path.is_file()) / 1e6
        years = _years(one.years) if one.years else "no figures"
        yield (
            f"  {one.key}: {years}, {', '.join(one.levels)}, "
            f"{len(one.gemeenten)} gemeenten, {size:,.1f} MB{', fetched' if one.fetched else ''}"
        )
    yield f"Fetched files in {cache.cache_folder()}:"
    for held in cache.held():
        size = f"{held.bytes / 1e6:,.1f} MB, sha256 {held.sha256[:12]}…"
        yield f"  {held.source}/{held.name}: {size}"
    if not any(cache.held()):
        yield "  none; what is embedded serves"
    yield "A fetch would add (seglib data fetch SOURCE --year … --place …):"
    for one in addresses.fetchables().values():
        there = {held.name for held in cache.held() if held.source == one.key}
        left = [year for year in one.files if one.name(year) not in there]
        yield f"  {one.key}: {one.title}, {_years(left)}"


def verify() -> Iterator[str]:
    """A line for each fetched file and table that is as it came; else a DataDamagedError."""
    bad = []
    for held in cache.held():
        if held.intact:
            yield f"{held.source}/{held.name}: intact"
        else:
            bad.append(f"{held.source}/{held.name}")
    for one in (*catalogue.sources(), *area_figures.figure_sources()):
        for file in one.checksums:
            catalogue.read_verified(file, one.folder)
        yield f"{one.key}: intact"
    if bad:
        raise DataDamagedError(
            f"{', '.join(bad)} changed since the fetch. Fetch again; what is intact stays."
        )


def _years(years: Iterable[int]) -> str:
    """Years as runs: 2004-2008, 2010."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and runs[-1][1] == year - 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in runs) or "nothing more"
