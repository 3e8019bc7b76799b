"""How long each stage of an answer took."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

from rag.answers import Timings


class Clock:
    """Adds up the milliseconds of each stage."""

    def __init__(self) -> None:
        self._spent = {"embed": 0.0, "retrieve": 0.0, "read": 0.0}

    def stage(self, name: str) -> _Stage:
        return _Stage(self._spent, name)

    def timings(self) -> Timings:
        return Timings(**self._spent, total=0.0)


@dataclass(slots=True)
class _Stage:
    spent: dict[str, float]
    name: str
    started: float = 0.0

    def __enter__(self) -> None:
        self.started = perf_counter()

    def __exit__(self, *exception: object) -> None:
        self.spent[self.name] += (perf_counter() - self.started) * 1000
