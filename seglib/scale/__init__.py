"""Scale: the same measure over smaller and larger surroundings."""

from seglib.scale.nesting import profile, within_between

__all__ = ["profile", "within_between"]
