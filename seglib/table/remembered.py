"""What a table works out of its counts once, at the first question, and then keeps."""

from __future__ import annotations

from collections.abc import Callable

from seglib.table.cells import Counts, locked


class Remembered(dict[str, Counts]):
    """Read-only arrays by name; a copy or a pickle starts without them."""

    def once(self, name: str, work: Callable[[], Counts]) -> Counts:
        """The array of this name, worked out where it is not there yet."""
        if name not in self:
            self[name] = locked(work())
        return self[name]

    def __reduce__(self) -> tuple[type[Remembered], tuple[()]]:
        return Remembered, ()
