"""Disclosure: what is too small to be shown, and how it is hidden."""

from seglib.disclosure.groups import groups_to_show
from seglib.disclosure.subtraction import Sheet, protected_counts
from seglib.disclosure.thresholds import (
    MINIMUM_BASE,
    MINIMUM_PERSONS,
    NAMED_LEVELS,
    ROUND_BASE,
    Masked,
    hide_small_bases,
    mask_names,
    round_to,
    suppress,
)

__all__ = [
    "MINIMUM_BASE",
    "MINIMUM_PERSONS",
    "NAMED_LEVELS",
    "ROUND_BASE",
    "Masked",
    "Sheet",
    "groups_to_show",
    "hide_small_bases",
    "mask_names",
    "protected_counts",
    "round_to",
    "suppress",
]
