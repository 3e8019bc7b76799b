"""How the server serves: its threads, its queue, its limits and its log."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, Self, get_type_hints

from rag.settings import SERVING_PREFIX, SettingsError


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class ServingSettings:
    """How requests are taken in, bounded and told of.

    Each field is read from ``PEELBACK_SERVE_`` and its name in capitals, and
    some from an option of ``peelback serve``, which wins.
    """

    threads: int = 2
    """One question keeps a core busy; with more threads than cores each gets slower."""
    waiting: int = 64
    """Requests that wait for a thread: about four seconds of questions on two cores."""
    deadline_s: float = 10.0
    """What a request may take, waiting included."""
    llm_threads: int = 8
    """Answers that a language model makes at once; such a thread does little but wait."""
    llm_deadline_s: float = 45.0
    """What a request for an answer by a language model may take: longer than the model may, so
    that there is time left to answer without it."""
    notice_s: float = 1.0
    """How long after SIGTERM it still listens, not ready: a balancer looks elsewhere meanwhile."""
    drain_s: float = 8.0
    """How long accepted requests may go on after SIGTERM, notice included."""
    max_body_bytes: int = 64 * 1024
    keys: Path | None = None
    """The file of API keys. ``None``: no key is asked for, and loopback alone is listened on."""
    hosts: str = ""
    """The names the server goes by, with commas between; any other is refused. Empty: any name."""
    visitor_per_minute: int = 1200
    """Requests that one address may send in a minute without a key; 0 sets no limit."""
    feedback: Path | None = None
    """Where feedback is kept; ``None``: it is not taken. ``serve`` puts it beside the library."""
    max_feedback_bytes: int = 32 * 1024 * 1024
    """The file of feedback grows to this size and no further."""
    log_format: LogFormat = LogFormat.TEXT

    def __post_init__(self) -> None:
        for name, low, high in (
            ("threads", 1, 256),
            ("waiting", 0, 10_000),
            ("deadline_s", 0.05, 600),
            ("llm_threads", 1, 256),
            ("llm_deadline_s", 0.05, 600),
            ("notice_s", 0, 300),
            ("drain_s", 0, 600),
            ("visitor_per_minute", 0, 100_000),
            ("max_body_bytes", 4096, 16 * 1024 * 1024),
            ("max_feedback_bytes", 4096, 1024**4),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(f"{name} must be from {low} to {high}, got {value!r}")

    @classmethod
    def load(cls, environ: Mapping[str, str] = os.environ, **overrides: object) -> Self:
        """Read ``PEELBACK_SERVE_`` variables; an override that is not ``None`` wins.

        Raises:
            SettingsError: such a name is not a setting, or a value does not fit.
        """
        known = {f"{SERVING_PREFIX}{field.name.upper()}": field.name for field in fields(cls)}
        unknown = [n for n in environ if n.startswith(SERVING_PREFIX) and n not in known]
        if unknown:
            raise SettingsError(
                f"unknown settings in the environment: {', '.join(sorted(unknown))}; "
                f"known are {', '.join(sorted(known))}"
            )
        given: dict[str, object] = {
            field: environ[name] for name, field in known.items() if environ.get(name)
        }
        given.update({name: value for name, value in overrides.items() if value is not None})
        types = get_type_hints(cls)
        values: dict[str, Any] = {
            name: _typed(name, value, types[name]) for name, value in given.items()
        }
        return cls(**values)


DEFAULTS = ServingSettings()

READINGS: Mapping[object, tuple[Callable[[str], object], str]] = {
    int: (int, "a whole number"),
    float: (float, "a number"),
    str: (str, "text"),
    Path | None: (Path, "a path"),
    LogFormat: (LogFormat, " or ".join(LogFormat)),
}
"""How a setting of each type is read from text, and what to call it in a message."""


def _typed(name: str, value: object, kind: object) -> object:
    read, wanted = READINGS[kind]
    try:
        return read(str(value))
    except ValueError:
        raise SettingsError(f"{name} must be {wanted}, got {value!r}") from None
