"""How a command ends when it does not end well."""

from __future__ import annotations

from typing import IO, Any, ClassVar

import click


class Failure(click.ClickException):
    """A foreseen failure: one line on stderr, no traceback."""

    exit_code: ClassVar[int] = 3

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"peelback: {self.format_message()}", file=file, err=file is None)


class WrongUsage(Failure):
    exit_code: ClassVar[int] = 2


class Stopped(Failure):
    """Ctrl-C. 128 + SIGINT, as shells report it."""

    exit_code: ClassVar[int] = 130
