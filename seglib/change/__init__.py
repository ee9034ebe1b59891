"""Change between two years: how much is the city's make-up, and how much is segregation?"""

from seglib.change.chance import estimate_difference, estimate_structural_share
from seglib.change.counterfactual import Counterfactual, counterfactual
from seglib.change.decomposing import Difference, difference, isolation_change, margin_only
from seglib.change.fitting import ipf
from seglib.change.ground import CommonGround, common_ground
from seglib.change.sizes import estimate_isolation_change, estimate_margin_only
from seglib.change.withheld import without_trend

__all__ = [
    "CommonGround",
    "Counterfactual",
    "Difference",
    "common_ground",
    "counterfactual",
    "difference",
    "estimate_difference",
    "estimate_isolation_change",
    "estimate_margin_only",
    "estimate_structural_share",
    "ipf",
    "isolation_change",
    "margin_only",
    "without_trend",
]
