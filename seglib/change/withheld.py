"""Changes of which nothing is said, since rounding leaves the measure itself too open."""

from __future__ import annotations

from dataclasses import fields, replace

from seglib.errors import ParameterError
from seglib.inference import too_wide
from seglib.result import ChangeEstimate, Estimate

WITHHELD = "band-too-wide"


def without_trend(change: ChangeEstimate, *bands: Estimate) -> ChangeEstimate:
    """Take the margins from a change of D where rounding leaves D too open in one of its years.

    Parameters
    ----------
    change : ChangeEstimate
        A change of D, of which claims and sentences would speak.
    *bands : Estimate
        What ``rounding_band`` or ``estimate`` with interval "measurement" gives for the same D in
        the two years.

    Returns
    -------
    ChangeEstimate
        The change itself where no band is wider than 0.10; else one without any interval or
        range, whose reason says so. Claims are not testable on it, and sentences give no number.

    Raises
    ------
    ParameterError
        A band is of another measure or of other groups.

    Examples
    --------
    >>> from seglib.inference import RoundingBand
    >>> change = ChangeEstimate("D", ("a", "b"), 0.3, 0.2, -0.1, -33.3, percent_low=-40.0)
    >>> band = RoundingBand("D", 0.3, ("a", "b"), low=0.2, high=0.4, estimand="measurement")
    >>> without_trend(change, band).percent_low is None
    True
    """
    for band in bands:
        if (band.symbol, band.groups) != (change.symbol, change.groups):
            raise ParameterError(
                f"A band on {band.symbol} of {', '.join(band.groups)} says nothing of a change of "
                f"{change.symbol} of {', '.join(change.groups)}. Give bands of the same measure."
            )
    wide = [band for band in bands if too_wide(band)]
    if not wide:
        return change
    ends = [item.name for item in fields(change) if item.name.endswith(("_low", "_high"))]
    reason = wide[0].reason or f"rounding leaves {change.symbol} too open"
    blank = dict.fromkeys([*ends, "leave_one_units"])
    return replace(change, **blank, reason=reason, reason_code=WITHHELD)
