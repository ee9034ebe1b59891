"""Scale: the same measure over smaller and larger surroundings."""

from seglib.scale.contexts import Context, contiguity, kernel, knn, nested
from seglib.scale.nesting import within_between
from seglib.scale.profiles import profile
from seglib.scale.surroundings import in_context

__all__ = [
    "Context",
    "contiguity",
    "in_context",
    "kernel",
    "knn",
    "nested",
    "profile",
    "within_between",
]
