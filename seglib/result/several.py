"""Several results by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 12


@dataclass(frozen=True, slots=True, repr=False)
class Estimates(Mapping[Any, Any]):
    """Results by key, in order: what a series, or ``by=``, gives back."""

    results: Mapping[Any, Any] = field(default_factory=dict[Any, Any])
    by: str = "key"

    def __getitem__(self, key: Any) -> Any:
        if key not in self.results:
            known = ", ".join(map(str, self.results))
            raise KeyError(f"There is no result for {key!r}; the keys are {known}.")
        return self.results[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def __repr__(self) -> str:
        """A line for each result, the first of many; to_frame() has all of them."""
        told = [f"{key}: {result!r}" for key, result in islice(self.results.items(), SHOWN)]
        more = len(self) - len(told)
        return "\n".join([*told, *([f"and {more:,} more"] if more else [])]) or "no results"

    @property
    def certain(self) -> bool:
        """Whether every result has an interval, or a reason for having none."""
        return all(result.certain for result in self.results.values())

    def to_frame(self) -> pd.DataFrame:
        """The frames of all results under each other, with the key in a first column."""
        import pandas as pd

        frames: list[pd.DataFrame] = []
        for key, result in self.results.items():
            frame = result.to_frame()
            frame = frame.drop(columns=["key", self.by], errors="ignore")
            frame.insert(0, self.by, [key] * len(frame))
            frames.append(frame)
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
