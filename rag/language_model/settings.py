"""Where the language model is, and how much of it may be used."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Self
from urllib.parse import urlsplit

from rag.settings import LANGUAGE_MODEL_PREFIX, SettingsError

EXAMPLE = "http://localhost:11434/v1"


@dataclass(frozen=True, slots=True)
class LanguageModelSettings:
    """An OpenAI-compatible endpoint: ``base_url`` up to and with ``/v1``, and a model's name.

    The key comes from the environment alone, and is shown nowhere. Times are in
    seconds, tokens are tiktoken's cl100k_base.
    """

    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    connect_s: float = 2.0
    first_byte_s: float = 5.0
    """Until the first piece of the reply, all tries together."""
    idle_s: float = 5.0
    """Between two pieces."""
    total_s: float = 30.0
    prompt_tokens: int = 3000
    """Of the whole prompt; sentences that do not fit are left out whole."""
    answer_tokens: int = 600
    daily_tokens: int = 1_000_000
    """Of one account (an API key; all who use none) from midnight to midnight, UTC."""

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise SettingsError(
                f"{_variable('base_url')} must be an http or https address without a user or "
                f"password in it, such as {EXAMPLE}"
            )
        for name, low, high in (
            ("connect_s", 0.05, 60),
            ("first_byte_s", 0.05, 300),
            ("idle_s", 0.05, 300),
            ("total_s", 0.05, 600),
            ("prompt_tokens", 400, 100_000),
            ("answer_tokens", 50, 10_000),
            ("daily_tokens", 0, 10**12),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(
                    f"{_variable(name)} must be from {low} to {high}, got {value!r}"
                )

    @classmethod
    def load(cls, environ: Mapping[str, str] = os.environ) -> Self | None:
        """Read the ``PEELBACK_LLM_`` variables; ``None`` where none of them is set.

        Raises:
            SettingsError: one is unknown, does not fit, or the address or model is missing.
        """
        given = {
            name: value
            for name, value in environ.items()
            if name.startswith(LANGUAGE_MODEL_PREFIX) and value
        }
        if not given:
            return None
        known = {_variable(each.name): each.name for each in fields(cls)}
        if unknown := sorted(given.keys() - known):
            raise SettingsError(
                f"unknown settings in the environment: {', '.join(unknown)}; "
                f"known are {', '.join(sorted(known))}"
            )
        values = {known[name]: _typed(known[name], value) for name, value in given.items()}
        if missing := [name for name in ("base_url", "model") if name not in values]:
            raise SettingsError(how_to_set(missing))
        return cls(**values)  # type: ignore[arg-type]


def how_to_set(missing: list[str] | None = None) -> str:
    """Return the line that tells what to set for a language model to be used."""
    names = [_variable(name) for name in missing or ["base_url", "model"]]
    verb = "are" if len(names) > 1 else "is"
    return (
        f"{' and '.join(names)} {verb} not set: a language model needs its address "
        f"({_variable('base_url')}={EXAMPLE}) and name ({_variable('model')}=llama3.2), "
        f"and where the endpoint wants one its key ({_variable('api_key')})"
    )


def _variable(name: str) -> str:
    return f"{LANGUAGE_MODEL_PREFIX}{name.upper()}"


def _typed(name: str, value: str) -> object:
    if name in ("base_url", "model", "api_key"):
        return value.strip()
    kind: type[int] | type[float] = int if name.endswith("_tokens") else float
    try:
        return kind(value)
    except ValueError:
        what = "a whole number" if kind is int else "a number of seconds"
        raise SettingsError(f"{_variable(name)} must be {what}, got {value!r}") from None
