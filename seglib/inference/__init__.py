"""How certain is it, and what would chance alone give? For any registered measure."""

from seglib.inference.bounded import RoundingBand, too_wide
from seglib.inference.changing import change_between
from seglib.inference.draws import STREAM
from seglib.inference.estimating import estimate
from seglib.inference.rounding import rounding_band
from seglib.inference.together import JointEstimates, LeftOut, estimate_together

__all__ = [
    "STREAM",
    "JointEstimates",
    "LeftOut",
    "RoundingBand",
    "change_between",
    "estimate",
    "estimate_together",
    "rounding_band",
    "too_wide",
]
