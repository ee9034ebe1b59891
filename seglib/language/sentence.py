"""Sentence: text that a notebook shows as prose."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class Sentence(str):
    """Text that a notebook shows as markdown, and that is a plain string to everyone else."""

    __slots__ = ()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/markdown": str(self), "text/plain": str(self)}


def together(parts: Iterable[str]) -> Sentence:
    """Join sentences into one paragraph, leaving out empty ones.

    Examples
    --------
    >>> together(["One.", "", "Two."])
    'One. Two.'
    """
    return Sentence(" ".join(filter(None, map(str, parts))))


def bullets(parts: Iterable[str]) -> Sentence:
    """Set sentences under each other as a list; a single one stays a paragraph.

    Examples
    --------
    >>> bullets(["One."])
    'One.'
    """
    lines = [str(part) for part in parts if part]
    return Sentence(lines[0] if len(lines) == 1 else "\n".join(f"- {line}" for line in lines))
