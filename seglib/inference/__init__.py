"""How certain is it, and what would chance alone give? For any registered measure."""

from seglib.inference.changing import change_between
from seglib.inference.draws import STREAM
from seglib.inference.estimating import estimate

__all__ = ["STREAM", "change_between", "estimate"]
