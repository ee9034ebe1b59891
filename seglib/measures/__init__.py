"""The field's measures, one module for each idea; importing this fills the registry."""

from seglib.measures.diversity import entropy, simpson
from seglib.measures.evenness import dissimilarity, information_theory, mutual_information
from seglib.measures.exposure import interaction, isolation
from seglib.measures.local import local_segregation

__all__ = [
    "dissimilarity",
    "entropy",
    "information_theory",
    "interaction",
    "isolation",
    "local_segregation",
    "mutual_information",
    "simpson",
]
