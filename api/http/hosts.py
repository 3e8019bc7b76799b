"""The names a server goes by. One without keys answers to those of its own machine alone.

A page elsewhere can point its own name at 127.0.0.1 and so make a browser
take this server for that page's own (DNS rebinding); the name gives it away.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.problems import WRONG_HOST, problem_response

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^:\[\]]+)(?::\d{1,5})?")


class HostGuard:
    """Refuses a request whose ``Host`` is none of ``names``, whatever the port."""

    def __init__(self, app: ASGIApp, *, names: Collection[str]) -> None:
        self._app = app
        self._names = frozenset(name.strip().lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent = Headers(scope=scope).get("host", "") if scope["type"] == "http" else ""
        if scope["type"] == "http" and host_name(sent) not in self._names:
            await problem_response(WRONG_HOST)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def host_name(host: str) -> str:
    """Return the name in a ``Host`` header, without its port; empty where it is none.

    >>> host_name("LocalHost:8000"), host_name("[::1]:8000"), host_name("a:b")
    ('localhost', '[::1]', '')
    """
    match = _HOST.fullmatch(host.lower())
    return match["name"].removesuffix(".") if match else ""
