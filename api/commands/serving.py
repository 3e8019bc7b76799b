"""``serve``: the page and the HTTP API."""

from __future__ import annotations

import ipaddress
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.failures import Failure, WrongUsage
from api.options import library_option, settings_of
from api.terminal import talk
from index.errors import LibraryMissing
from rag.settings import SettingsError

if TYPE_CHECKING:
    from api.http.serving_settings import ServingSettings
    from rag.language_model.settings import LanguageModelSettings
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
@click.option(
    "--keys",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file of keys [default: $PEELBACK_SERVE_KEYS, else the library's name and .keys].",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    help="How stderr is written [default: $PEELBACK_SERVE_LOG_FORMAT, else text].",
)
@library_option
@click.pass_context
def serve(
    context: click.Context, *, host: str, port: int, keys: Path | None, log_format: str | None
) -> None:
    """Serve the page to ask from, and the HTTP API, until Ctrl-C.

    A library that is missing or empty gets the invented sample reports first.
    Until `peelback keys create` has made a key, the server is for this machine
    alone: it listens on loopback and asks for no key.
    """
    from api.http.serving_settings import ServingSettings
    from rag.assembly import open_assistant
    from rag.language_model.settings import LanguageModelSettings

    settings = settings_of(context)
    serving = _settled(
        ServingSettings.load(keys=keys, log_format=log_format), library=settings.library, host=host
    )
    language_model = LanguageModelSettings.load()
    _require_time_without(language_model, serving)
    with listening(host, port) as listener:
        if _is_empty(settings):
            _load_samples(settings)
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="assistant") as beside:
            opening = beside.submit(open_assistant, settings, language_model=language_model)
            # Half a second of imports, while the encoder is made ready.
            from api.http.app import create_app
            from api.http.server import run_server
            from api.http.server_log import log_to_stderr

            assistant = opening.result()
        app = create_app(assistant, serving=serving)
        log_to_stderr(serving.log_format)
        run_server(app, listener, on_ready=lambda: _say_ready(listener, serving), serving=serving)


def _settled(serving: ServingSettings, *, library: Path, host: str) -> ServingSettings:
    """Return the settings with what the library and its keys decide.

    Raises:
        WrongUsage: the server would listen to other machines and know none of them.
    """
    from api.http.hosts import LOOPBACK_NAMES
    from api.keys import keys_beside

    keys = serving.keys or keys_beside(library)
    feedback = serving.feedback or library.with_name(f"{library.name}.feedback.jsonl")
    serving = replace(serving, keys=keys, feedback=feedback)
    if keys.exists():
        return serving
    if not _is_loopback(host):
        raise WrongUsage(
            f"no key has been made, so the server is for this machine alone and cannot listen on "
            f"{host}: make one with `peelback keys create`, or leave out --host"
        )
    return replace(serving, hosts=serving.hosts or ",".join(LOOPBACK_NAMES))


def _require_time_without(model: LanguageModelSettings | None, serving: ServingSettings) -> None:
    """Check that a request lasts longer than the language model is waited for.

    Raises:
        SettingsError: a slow model would cost the answer that the reports give without it.
    """
    if model is not None and serving.llm_deadline_s <= model.total_s:
        raise SettingsError(
            f"llm_deadline_s must be longer than the {model.total_s:g} s that the language model "
            f"may take (PEELBACK_LLM_TOTAL_S), got {serving.llm_deadline_s:g}"
        )


def _is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``; a name other than localhost may move."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _say_ready(listener: socket.socket, serving: ServingSettings) -> None:
    talk(f"ready: {_address(listener)}")
    if serving.keys is None or not serving.keys.exists():
        talk("no key has been made: this server is for this machine alone")


def listening(host: str, port: int) -> socket.socket:
    """Return a bound socket: a taken port is known before the model is loaded."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Failure(f"cannot listen on {host}, port {port}: {reason}; try --port") from error
    # Connections take it over. Asyncio sets it only where the socket names its protocol, and
    # without it each second small packet of an answer waits 40 ms for a delayed acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


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
