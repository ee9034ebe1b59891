"""From what CBS prints to persons with bounds: rounding, secrecy, and what a zero means.

Counts of wijken and buurten are printed as multiples of 5, and a printed 0 may be a small or
secret number. Rounding to the nearest cannot explain the editions at hand: in 2017 the inhabitants
are rounded down (inhabitants less men less women is never below 0), and the five non-western
groups differ from their own total by up to 15, where the nearest multiples allow 12. So bounds
take a whole step: the true number is less than 5 away from what is printed.

A whole percentage p of N inhabitants is [p - 0.5, p + 0.5) % of the inhabitants, who are
themselves less than 5 away from N. So a 0 is a share below 0.5 %, never a plain zero. A unit below
the publisher's threshold with 0 for every class may be secret: nothing is known of it but that
each group is between 0 and all inhabitants. Where only the totals are given, a group is between 0
and what its total leaves. Dutch origin is not printed; it is inhabitants less western less
non-western, hence three steps; a number below 0 counts as 0.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

STEP = 5
SLACK = STEP - 1
FIVES_UNTIL = (
    2003  # "werd het aantal vóór omrekening naar een percentage eerst afgerond op vijftallen"
)
PARTS = ("Marokko", "Turkije", "Suriname", "Antillen", "overig niet-westers")
TOTALS = ("westers", "niet-westers")
GROUPS_2022 = ("Nederland", "Europa", "buiten Europa")

Numbers = NDArray[np.float64]


def cells(printed: pd.DataFrame, secret_below: int) -> dict[str, Numbers]:
    """Persons and bounds by unit and group from figures as printed.

    Parameters
    ----------
    printed : DataFrame
        One row a unit: ``unit_code``, ``year``, ``measure`` ("persons" or "percent"),
        ``inhabitants`` and a column for each printed class; NaN where the publisher gives none.
    secret_below : int
        Inhabitants below which percentages that are all 0 count as secret.

    Returns
    -------
    dict of str to ndarray
        ``persons``, ``lower`` and ``upper``, float64, shape (n_units, n_groups), groups in the
        order of ``schema.GROUPS`` (or ``GROUPS_2022``). NaN in ``persons`` is an unknown number,
        whose bounds are 0 and the inhabitants; all NaN where even these are not given.
    """
    new = "Nederland" in printed
    names = GROUPS_2022 if new else (*TOTALS, *PARTS)
    figures = printed[list(names)].to_numpy(dtype=np.float64)
    people = printed["inhabitants"].to_numpy(dtype=np.float64)[:, None]
    figures = np.where(people == 0, np.nan_to_num(figures), figures)
    percent = (printed["measure"] == "percent").to_numpy()[:, None]
    hidden = percent & (people > 0) & (people < secret_below)
    figures[(hidden & (figures == 0).all(axis=1, keepdims=True))[:, 0]] = np.nan
    slack = np.where(printed["unit_code"].str.startswith("GM"), 0.0, float(SLACK))[:, None]
    counts = np.stack([figures, figures - slack, figures + slack])
    found = np.where(percent, ranges(figures, people, 0.5, slack), counts)
    early = (percent & (printed["year"] <= FIVES_UNTIL).to_numpy()[:, None]) * (STEP + 1) / 2
    found[1:] += np.stack([-early, early])
    if not new:
        found = _with_dutch(_with_secret_parts(found, people, slack), people, slack)
    found = found.clip(min=0)
    unknown = np.isnan(found[0]).any(axis=1)
    found[0][unknown] = np.nan
    found[1][unknown] = 0
    found[2][unknown] = (people + slack)[unknown]
    found[:, np.isnan(people[:, 0])] = np.nan
    return dict(zip(("persons", "lower", "upper"), found, strict=True))


def too_large(printed: pd.DataFrame, figures: Numbers) -> NDArray[np.bool_]:
    """Which figures are more than the whole unit, beyond what rounding explains."""
    slack = np.where(printed["unit_code"].str.startswith("GM"), 0, SLACK)
    persons = printed["inhabitants"].to_numpy(dtype=np.float64) + 2 * slack
    return figures > np.where(printed["measure"] == "percent", 100, persons)[:, None]


def parts_astray(printed: pd.DataFrame) -> NDArray[np.bool_]:
    """Which units have parts that do not add up to their total, beyond what rounding explains."""
    names = GROUPS_2022 if "Nederland" in printed else PARTS
    percent = printed["measure"] == "percent"
    whole = printed["inhabitants"].where(~percent, 100.0)
    total = whole if names == GROUPS_2022 else printed["niet-westers"]
    step = np.where(percent, 0.5, SLACK)
    step = np.where(printed["year"] <= FIVES_UNTIL, np.inf, step)
    added = printed[list(names)].sum(axis=1, skipna=False)
    return ((added > 0) & ((total - added).abs() > (len(names) + 1) * step)).to_numpy()


def ranges(shares: Numbers, people: Numbers, half: float, slack: Numbers | float) -> Numbers:
    """Shares in per cent as persons: what is meant, the least and the most.

    Parameters
    ----------
    shares : ndarray
        Per cents as printed, shape (n_units, n).
    people : ndarray
        Inhabitants as printed, shape (n_units, 1).
    half : float
        Half the step in per cent to which shares are rounded; half is rounded up.
    slack : ndarray or float
        How many persons the inhabitants may be off.

    Returns
    -------
    ndarray
        Persons, float64, shape (3, n_units, n); NaN where a share or the inhabitants are.
    """
    # 1e-9: a bound that is whole but for floating point is that whole number.
    low = np.ceil((shares - half) / 100 * (people - slack).clip(min=0) - 1e-9).clip(min=0)
    high = np.ceil((shares + half) / 100 * (people + slack) - 1e-9) - 1
    high = np.maximum(high, low)
    return np.stack([np.rint(shares / 100 * people).clip(low, high), low, high])


def _with_secret_parts(found: Numbers, people: Numbers, slack: Numbers) -> Numbers:
    """Groups without a figure share evenly what their total leaves; each may hold all of it."""
    parts = found[:, :, len(TOTALS) :]
    secret = np.isnan(parts[0])
    if not secret.any():
        return found
    known = np.nan_to_num(parts).sum(axis=2, keepdims=True)
    rest = (found[0, :, 1:2] - known[0]).clip(min=0)
    most = np.minimum((found[2, :, 1:2] - known[1]).clip(min=0), people + slack)
    each = rest // np.maximum(secret.sum(axis=1, keepdims=True), 1)
    last = secret & (np.cumsum(secret[:, ::-1], axis=1)[:, ::-1] == 1)
    extra = rest - each * secret.sum(axis=1, keepdims=True)
    filled = np.stack(np.broadcast_arrays(each + last * extra, 0.0, most))
    return np.concatenate([found[:, :, : len(TOTALS)], np.where(secret, filled, parts)], axis=2)


def _with_dutch(found: Numbers, people: Numbers, slack: Numbers) -> Numbers:
    """Dutch origin in front, the parts behind it, western last."""
    meant, low, high = found[:, :, : len(TOTALS), None].sum(axis=2)
    dutch = np.stack([people - meant, people - slack - high, people + slack - low])
    return np.concatenate([dutch, found[:, :, len(TOTALS) :], found[:, :, :1]], axis=2)
