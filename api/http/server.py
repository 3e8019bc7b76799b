"""Uvicorn, with our socket and our words, and a stop that is announced."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from time import monotonic
from types import FrameType

import uvicorn

from api.http.request_log import Application
from api.http.serving_settings import DEFAULTS, ServingSettings


class _Server(uvicorn.Server):
    """Says when it is ready, and stops in three steps: unready, deaf, gone."""

    def __init__(
        self,
        config: uvicorn.Config,
        app: Application,
        *,
        notice_s: float,
        on_ready: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._readiness = app.readiness
        self._notice_s = notice_s
        self._on_ready = on_ready
        self._announced = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if sig == signal.SIGTERM and self._readiness.draining_since is None:
            # The balancer is to see that we are not ready before we stop listening.
            self._readiness.drain()
            return
        self._readiness.drain()
        super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        if not self._announced and self._readiness.is_warm:
            self._announced = True
            self._on_ready()
        since = self._readiness.draining_since
        if since is not None and monotonic() - since >= self._notice_s:
            self.should_exit = True
        return await super().on_tick(counter)


def run_server(
    app: Application,
    listener: socket.socket,
    *,
    on_ready: Callable[[], None],
    serving: ServingSettings = DEFAULTS,
) -> None:
    """Serve ``app`` on ``listener`` until Ctrl-C or SIGTERM, then return.

    Whatever was accepted by then is finished, in ``serving.drain_s`` at most.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=max(1, round(serving.drain_s - serving.notice_s)),
        server_header=False,
    )
    try:
        _Server(config, app, notice_s=serving.notice_s, on_ready=on_ready).run(sockets=[listener])
    except KeyboardInterrupt:
        # Uvicorn has stopped in good order and raises the signal once more.
        return
