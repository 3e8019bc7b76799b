"""Everything that can be set, complete and checked at the start, then passed along."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

from index.errors import PeelbackError

PREFIX = "PEELBACK_"
SERVING_PREFIX = "PEELBACK_SERVE_"
"""Of the settings that say how answers are served; the server reads and checks them."""
LANGUAGE_MODEL_PREFIX = "PEELBACK_LLM_"
"""Of the settings of the language model; ``rag.language_model.settings`` reads and checks them."""
OUTSIDE = frozenset({"PEELBACK_CACHE"})
"""Read where it is used: the folder of compiled encoders is not a property of a library."""


class SettingsError(PeelbackError):
    """A setting is unknown, or its value is not one that it can take."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a library is opened and a question answered.

    ``model`` is a folder or name of a sentence-transformers model; ``None`` is
    the one that is installed with the project. ``passage_tokens`` counts
    tiktoken's cl100k_base tokens; both are part of what a library is built
    with, so another value asks for another library.
    """

    library: Path = Path("library.db")
    model: str | None = None
    passage_tokens: int = 180
    candidates: int = 60
    """Passages taken from each ranking before they are fused."""
    read_passages: int = 10
    """Passages that are read for an answer, and shown with it."""

    def __post_init__(self) -> None:
        for name, low, high in (
            ("passage_tokens", 40, 400),
            ("candidates", 10, 1000),
            ("read_passages", 1, 100),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(f"{name} must be from {low} to {high}, got {value!r}")

    @classmethod
    def load(cls, environ: Mapping[str, str] = os.environ, **overrides: object) -> Self:
        """Read ``PEELBACK_`` variables; an override that is not ``None`` wins.

        Raises:
            SettingsError: a ``PEELBACK_`` name is not a setting, or a value does not fit.
        """
        known = {f"{PREFIX}{field.name.upper()}": field.name for field in fields(cls)}
        unknown = sorted(
            name
            for name in environ
            if name.startswith(PREFIX)
            and not name.startswith((SERVING_PREFIX, LANGUAGE_MODEL_PREFIX))
            and name not in known
            and name not in OUTSIDE
        )
        if unknown:
            raise SettingsError(
                f"unknown settings in the environment: {', '.join(unknown)}; "
                f"known are {', '.join(sorted([*known, *OUTSIDE]))}"
            )
        given: dict[str, object] = {
            field: environ[name] for name, field in known.items() if environ.get(name)
        }
        given.update({name: value for name, value in overrides.items() if value is not None})
        return cls(**{name: _typed(name, value) for name, value in given.items()})  # type: ignore[arg-type]


def _typed(name: str, value: object) -> object:
    if name == "library":
        return Path(str(value))
    if name == "model":
        return str(value)
    try:
        return int(str(value))
    except ValueError:
        raise SettingsError(f"{name} must be a whole number, got {value!r}") from None
