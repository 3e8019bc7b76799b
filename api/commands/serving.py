"""``serve``: the page and the HTTP API."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import click

from api.failures import Failure
from api.options import library_option, settings_of
from api.terminal import talk
from index.errors import LibraryMissing

if TYPE_CHECKING:
    from rag.settings import Settings

BACKLOG = 128
"""Connections that wait while one is accepted; the queue of questions is bounded elsewhere."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="0 takes any free port.",
)
@library_option
@click.pass_context
def serve(context: click.Context, *, host: str, port: int) -> None:
    """Serve the page to ask from, and the HTTP API, until Ctrl-C.

    A library that is missing or empty gets the invented sample reports first.
    """
    from api.http.app import create_app
    from api.http.server import run_server
    from rag.assembly import open_assistant
    from rag.language_model.settings import LanguageModelSettings

    settings = settings_of(context)
    with _listening(host, port) as listener:
        if _is_empty(settings):
            _load_samples(settings)
        app = create_app(open_assistant(settings, language_model=LanguageModelSettings.load()))
        run_server(app, listener, on_ready=lambda: talk(f"ready: {_address(listener)}"))


def _listening(host: str, port: int) -> socket.socket:
    """Return a bound socket: a taken port is known before the model is loaded."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Failure(f"cannot listen on {host}, port {port}: {reason}; try --port") from error


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _is_empty(settings: Settings) -> bool:
    from index.store.library import Library

    try:
        with Library.open(settings.library) as library:
            return not library.cards()
    except LibraryMissing:
        return True


def _load_samples(settings: Settings) -> None:
    from api.sample_reports import sample_folder
    from index.ingest import add_sources
    from rag.assembly import open_embedder, open_library

    talk(f"{settings.library} has no reports; loading three invented sample reports")
    with open_library(settings, create=True) as library, sample_folder() as folder:
        add_sources(
            [folder],
            library=library,
            embedder=lambda: open_embedder(settings),
            passage_tokens=settings.passage_tokens,
            on_progress=lambda _: None,
        )
