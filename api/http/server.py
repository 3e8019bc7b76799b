"""Uvicorn, with our socket and our words."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

STOPPING_S = 10
"""How long answers that are under way may still take after Ctrl-C."""


class _Server(uvicorn.Server):
    """Says when it is ready, which is after the socket accepts and not before."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._on_ready()


def run_server(app: ASGIApp, listener: socket.socket, *, on_ready: Callable[[], None]) -> None:
    """Serve ``app`` on ``listener`` until Ctrl-C or SIGTERM, then return."""
    config = uvicorn.Config(
        app, log_level="warning", timeout_graceful_shutdown=STOPPING_S, server_header=False
    )
    try:
        _Server(config, on_ready).run(sockets=[listener])
    except KeyboardInterrupt:
        # Uvicorn has stopped in good order and raises the signal once more.
        return
