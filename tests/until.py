"""Wait for a page whose policy forbids it to evaluate text: ask from outside, again and again."""

from __future__ import annotations

import time
from typing import Any

PATIENCE_S = 30.0


def until(page: Any, asked: str, argument: Any = None) -> None:
    """Ask until what is asked of the page is true; a page that never gets there fails the test."""
    end = time.monotonic() + PATIENCE_S
    while not page.evaluate(asked, argument):
        assert time.monotonic() < end, f"never true: {asked}"
        page.wait_for_timeout(50)
