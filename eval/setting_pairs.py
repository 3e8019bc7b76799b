"""``--set name=value``, read for one run or as the grid of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from itertools import product

import click

from rag.settings import Settings

NAMES = tuple(field.name for field in fields(Settings) if field.name != "library")
"""What can be set; the library is named by an option of its own."""


def settings_of(pairs: Sequence[str]) -> dict[str, str]:
    """Return the value of each setting that is named; the last one counts.

    Raises:
        click.BadParameter: it is no pair, or names no setting.

    """
    return dict(map(_pair, pairs))


def grid_of(pairs: Sequence[str]) -> list[dict[str, str]]:
    """Return every combination of the values, which are separated by commas; the last varies first.

    >>> grid_of(["candidates=20,60", "read_passages=5"])
    [{'candidates': '20', 'read_passages': '5'}, {'candidates': '60', 'read_passages': '5'}]

    Raises:
        click.BadParameter: it is no pair, or names no setting.

    """
    named = settings_of(pairs)
    values = ([part.strip() for part in value.split(",")] for value in named.values())
    return [dict(zip(named, chosen, strict=True)) for chosen in product(*values)]


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not value:
        raise click.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="--set")
    if name not in NAMES:
        raise click.BadParameter(
            f"{name!r} is no setting; there are {', '.join(NAMES)}", param_hint="--set"
        )
    return name, value
