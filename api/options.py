"""The options that commands share, and the settings that come of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from rag.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])


def _remember_library(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    # ``peelback --library X ask`` and ``peelback ask --library X`` mean the same.
    if value is not None:
        context.obj = value


library_option = click.option(
    "--library",
    type=click.Path(dir_okay=False, path_type=Path),
    expose_value=False,
    callback=_remember_library,
    help="The library's file [default: $PEELBACK_LIBRARY, else library.db].",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON.")


def scope_options(command: Command) -> Command:
    """Add ``--body``, ``--cycle`` and ``--report``, each repeatable."""
    for option in (
        click.option("--report", "reports", multiple=True, help="Only this report (its id)."),
        click.option("--cycle", "cycles", multiple=True, help="Only this cycle or year: 2018/19."),
        click.option("--body", "bodies", multiple=True, help="Only this force, service or area."),
    ):
        command = option(command)
    return command


def settings_of(context: click.Context) -> Settings:
    """Return the settings of the environment, with ``--library`` over them."""
    return Settings.load(library=context.find_object(Path))
