"""How certain is it, and what would chance alone give? For any registered measure."""

from seglib.inference.bounded import RoundingBand, too_wide
from seglib.inference.changing import change_between
from seglib.inference.draws import STREAM
from seglib.inference.estimating import estimate
from seglib.inference.nesting import estimate_within_between
from seglib.inference.rounding import rounding_band
from seglib.inference.scales import estimate_in_context, estimate_profile, estimate_ratio
from seglib.inference.together import JointEstimates, LeftOut, estimate_together

__all__ = [
    "STREAM",
    "JointEstimates",
    "LeftOut",
    "RoundingBand",
    "change_between",
    "estimate",
    "estimate_in_context",
    "estimate_profile",
    "estimate_ratio",
    "estimate_together",
    "estimate_within_between",
    "rounding_band",
    "too_wide",
]
