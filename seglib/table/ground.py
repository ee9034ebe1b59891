"""Where units lie and how large they are; each refusal names its unit and cure."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglib.errors import TableError
from seglib.table.cells import locked

LARGEST_SPAN_M = 2_000_000  # squares of distances in millimetres then fit an int64
SMALLEST_SPAN_M = 1


def points(given: Any, units: tuple[str, ...]) -> NDArray[np.float64] | None:
    """Points in metres, float64, read-only, shape (n_units, 2); None stays None."""
    if given is None:
        return None
    found = _numbers(given, (len(units), 2), "points_m", "an x and a y in metres for each unit")
    _refuse(~np.isfinite(found).all(axis=1), found, units, "points_m", "is missing")
    span = float(np.ptp(found, axis=0).max())
    if span > LARGEST_SPAN_M or 0 < span < SMALLEST_SPAN_M:
        raise TableError(
            f"points_m needs metres (EPSG:28992), these points span {span:.6g}. "
            "Transform degrees or feet first."
        )
    return found


def areas(given: Any, units: tuple[str, ...]) -> NDArray[np.float64] | None:
    """Areas in square metres, float64, read-only, shape (n_units,); None stays None."""
    if given is None:
        return None
    found = _numbers(given, (len(units),), "areas_m2", "an area in square metres for each unit")
    _refuse(~np.isfinite(found), found, units, "areas_m2", "is missing")
    _refuse(found <= 0, found, units, "areas_m2", "is not above 0")
    return found


def _numbers(given: Any, shape: tuple[int, ...], what: str, needed: str) -> Any:
    try:
        found = np.array(given, dtype=np.float64, order="C")
    except (TypeError, ValueError) as cause:
        raise TableError(f"{what} needs numbers, not {given!r:.60}. Give {needed}.") from cause
    if found.shape != shape:
        raise TableError(
            f"{what} needs shape {shape}, it has {found.shape}. Give {needed}, in the order of "
            "the rows."
        )
    return locked(found)


def _refuse(wrong: Any, found: Any, units: tuple[str, ...], what: str, why: str) -> None:
    rows = np.flatnonzero(wrong)
    if len(rows):
        raise TableError(
            f"Unit {units[rows[0]]!r} (row {rows[0] + 1}): {what} {found[rows[0]]} {why}. "
            "Mend the source, or leave the unit out."
        )
