"""Formats: numbers, margins and lists as a Dutch or an English reader writes them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from seglib.language.words import language_of

MINUS = "\u2212"
NARROW_SPACE = "\u202f"


class _Display(NamedTuple):
    """How a measure is shown: times `factor`, with `decimals`, and a sign for percent or not."""

    factor: float
    decimals: int
    is_percent: bool = False


_DISPLAY = {
    "D": _Display(100, 1),
    "D_rest": _Display(100, 1),
    "H": _Display(100, 2),
    "M": _Display(1, 4),
    "ls": _Display(1, 3),
    "xPx": _Display(100, 1, True),
    "xPy": _Display(100, 1, True),
    "E": _Display(1, 3),
    "eta2": _Display(100, 1),
    "share": _Display(100, 0, True),
    "Simpson": _Display(1, 3),
    "slope": _Display(1, 2),
}


def capital(text: str) -> str:
    """A text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def number(value: float, decimals: int, lang: str, *, signed: bool = False) -> str:
    """Write a number with the reader's decimal sign, thousands sign and a proper minus.

    Parameters
    ----------
    value : float
        The number; NaN is written as an en dash.
    decimals : int
        Figures behind the decimal sign, halves rounded away from zero.
    lang : str
        "nl" or "en".
    signed : bool
        Write a plus before what is above zero.

    Returns
    -------
    str
        The number as text; what rounds to zero has no sign.

    Examples
    --------
    >>> number(834486, 0, "nl")
    '834.486'
    >>> number(-0.04, 1, "en", signed=True)
    '0.0'
    """
    language_of(lang)
    if not math.isfinite(value):
        return "–"
    step = Decimal(1).scaleb(-decimals)
    rounded = Decimal(repr(float(value))).quantize(step, rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,f}"
    if lang == "nl":
        text = text.translate(str.maketrans(",.", ".,"))
    if rounded < 0:
        return MINUS + text
    return "+" + text if signed and rounded > 0 else text


def percent(value: float, decimals: int, lang: str, *, signed: bool = False) -> str:
    """Write a percentage: Dutch with a narrow no-break space before the sign, English without.

    Parameters
    ----------
    value : float
        The percentage itself: 1.2 is written as 1.2 percent.
    decimals : int
        Figures behind the decimal sign.
    lang : str
        "nl" or "en".
    signed : bool
        Write a plus before what is above zero.

    Returns
    -------
    str
        The percentage as text.

    Examples
    --------
    >>> percent(1.25, 1, "en")
    '1.3%'
    """
    return number(value, decimals, lang, signed=signed) + _percent_sign(lang)


def _percent_sign(lang: str) -> str:
    return NARROW_SPACE + "%" if lang == "nl" else "%"


def span(
    low: float, high: float, decimals: int, lang: str, *, signed: bool = False, unit: str = ""
) -> str:
    """Write the two ends of a range with a word between, so that no dash looks like a minus.

    Parameters
    ----------
    low, high : float
        The ends.
    decimals : int
        Figures behind the decimal sign.
    lang : str
        "nl" or "en".
    signed : bool
        Write a plus before what is above zero.
    unit : str
        "%" or a word, written once.

    Returns
    -------
    str
        The range as text.

    Examples
    --------
    >>> span(-0.5, 1.25, 1, "nl", signed=True)
    '−0,5 tot +1,3'
    """
    ends = [number(end, decimals, lang, signed=signed) for end in (low, high)]
    tail = _percent_sign(lang) if unit == "%" else f" {unit}" if unit else ""
    return (" tot " if lang == "nl" else " to ").join(ends) + tail


def listing(items: Iterable[object], lang: str) -> str:
    """Write a list as in a sentence: "a, b en c".

    Examples
    --------
    >>> listing(["a", "b", "c"], "nl")
    'a, b en c'
    """
    language_of(lang)
    words = [str(item) for item in items]
    joint = " en " if lang == "nl" else " and "
    return joint.join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def shown(symbol: str, value: float) -> float:
    """Value of a measure on the scale that readers see: D and H times 100.

    Examples
    --------
    >>> shown("D", 0.25)
    25.0
    """
    return value * _DISPLAY.get(symbol, _Display(1, 3)).factor


def decimals_of(symbol: str) -> int:
    """Figures behind the decimal sign with which a measure is shown.

    Examples
    --------
    >>> decimals_of("D")
    1
    """
    return _DISPLAY.get(symbol, _Display(1, 3)).decimals


def is_percentage(symbol: str) -> bool:
    """Tell whether a measure is itself a share that readers see in percent.

    Examples
    --------
    >>> is_percentage("xPx")
    True
    """
    return _DISPLAY.get(symbol, _Display(1, 3)).is_percent


def value_text(symbol: str, value: float, lang: str, *, signed: bool = False) -> str:
    """Write the value of a measure on the scale that readers see.

    Examples
    --------
    >>> value_text("D", 0.4366, "nl")
    '43,7'
    """
    write = percent if is_percentage(symbol) else number
    return write(shown(symbol, value), decimals_of(symbol), lang, signed=signed)


def span_text(symbol: str, low: float, high: float, lang: str, *, signed: bool = False) -> str:
    """Write the two ends of a margin of a measure on the scale that readers see.

    Examples
    --------
    >>> span_text("D", 0.41, 0.43, "nl")
    '41,0 tot 43,0'
    """
    unit = "%" if is_percentage(symbol) else ""
    ends = shown(symbol, low), shown(symbol, high)
    return span(*ends, decimals_of(symbol), lang, signed=signed, unit=unit)
