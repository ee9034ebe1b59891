"""Codes of units and of the parts they lie in, when units are left out or added up."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray


def kept(names: tuple[str, ...], keep: NDArray[np.bool_]) -> tuple[str, ...]:
    """The names that a mask keeps."""
    return tuple(name for name, wanted in zip(names, keep, strict=True) if wanted)


def nested_parts(
    parts: Mapping[str, tuple[str, ...]], codes: tuple[str, ...], fresh: tuple[str, ...], skip: str
) -> dict[str, tuple[str, ...]]:
    """Levels in which each merged unit still lies whole."""
    nested: dict[str, tuple[str, ...]] = {}
    for level, coarse in parts.items():
        pairs = dict(zip(codes, coarse, strict=True))
        whole = len(set(zip(codes, coarse, strict=True))) == len(pairs)
        if level != skip and whole:
            nested[level] = tuple(pairs[code] for code in fresh)
    return nested
