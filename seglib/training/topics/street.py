"""A street of eight homes with a switch for each form of segregation, each by itself."""

from __future__ import annotations

from typing import Any

SCENES = {"amina": [1, 0, 0], "bram": [0, 1, 1]}
"""Streets of the stories: 1 is apart, for where people live, whom they meet, where they belong."""


def shown(lang: str, *, scenes: tuple[str, ...] = ()) -> dict[str, Any]:
    """The streets to look at; without them one sets the switches oneself."""
    return {"scenes": [{"id": name, "apart": SCENES[name]} for name in scenes]}
