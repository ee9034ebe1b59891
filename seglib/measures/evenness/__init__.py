"""Evenness: are groups spread over the units in equal shares?"""

from seglib.measures.evenness.gaps import (
    dissimilarity,
    gini,
    multigroup_dissimilarity,
    multigroup_gini,
)
from seglib.measures.evenness.information import information_theory, mutual_information
from seglib.measures.evenness.roots import atkinson, hutchens
from seglib.measures.evenness.variance import correlation_ratio, relative_diversity

__all__ = [
    "atkinson",
    "correlation_ratio",
    "dissimilarity",
    "gini",
    "hutchens",
    "information_theory",
    "multigroup_dissimilarity",
    "multigroup_gini",
    "mutual_information",
    "relative_diversity",
]
