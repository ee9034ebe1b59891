"""Change between two years: how much is the city's make-up, and how much is segregation?"""

from seglib.change.chance import estimate_difference, estimate_isolation_change
from seglib.change.decomposing import difference, isolation_change, margin_only
from seglib.change.fitting import ipf

__all__ = [
    "difference",
    "estimate_difference",
    "estimate_isolation_change",
    "ipf",
    "isolation_change",
    "margin_only",
]
