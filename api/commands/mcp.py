"""``mcp``: the library as tools for another assistant."""

from __future__ import annotations

import click

from api.options import library_option, settings_of


@click.command()
@library_option
@click.pass_context
def mcp(context: click.Context) -> None:
    """Serve the library to an assistant: a read-only Model Context Protocol server on stdio.

    Started by the assistant's program, not by hand; stdout carries the protocol
    and nothing else. See docs/integrations.md for what to put where.
    """
    from api.mcp.server import run_on_stdio
    from rag.assembly import open_assistant

    settings = settings_of(context)
    run_on_stdio(lambda: open_assistant(settings))
