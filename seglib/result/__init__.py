"""What a measure gives back: numbers with their meaning, and what is known of their certainty."""

from seglib.result.found import (
    ChangeDecomposition,
    ChangeEstimate,
    Decomposition,
    Estimate,
    LocalEstimates,
    Profile,
    Values,
)
from seglib.result.rows import row_of
from seglib.result.several import Estimates

__all__ = [
    "ChangeDecomposition",
    "ChangeEstimate",
    "Decomposition",
    "Estimate",
    "Estimates",
    "LocalEstimates",
    "Profile",
    "Values",
    "row_of",
]
