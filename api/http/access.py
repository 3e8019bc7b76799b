"""Who may do what: every route says what it needs, and nothing is decided elsewhere.

``allowed(KeyScope.ASK)`` is the dependency of a route that needs a key of that
scope, ``PAGE`` that of a page for people, ``OPEN`` that of what anybody may
have at any rate. Where no key was ever made there is none to ask for: such a
server is for its own machine (``api.http.hosts``), and takes whatever comes
from there but not from another site's page.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from api.http.serving_settings import ServingSettings
from api.keys import Key, KeyBook, KeyKind, KeyScope, Quota
from api.keys.errors import AccessRefused, ForeignSite, ScopeMissing, SecretKeyInBrowser
from api.keys.quotas import Quotas

logger = logging.getLogger(__name__)

NEED = "peelback_need"
"""The attribute of a dependency that says what its route needs; the tests read it."""

VISITOR_OF_WIDGET = Quota(per_minute=15, per_day=500)
"""What one address may ask with a publishable key, beside the key's own quota: GOV.UK Chat's."""

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    description="A key that `peelback keys create` made. None is needed where none was made.",
)
Sent = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]


class Gate:
    """The keys of the server, and how often each was used."""

    def __init__(self, keys: Path | None, *, visitor: Quota | None) -> None:
        """``visitor`` is what one address may do without a key; ``None`` sets no limit.

        Raises:
            KeysUnusable: there are keys and they cannot be read.
        """
        self._path = keys
        self._book: KeyBook | None = None
        self._visitor = visitor
        self._quotas = Quotas()
        # Now, and not with the first request: keys that vanish later must still be missed.
        self.book()

    def book(self) -> KeyBook | None:
        """Return the keys; ``None`` where none was ever made.

        Raises:
            KeysUnusable: there were keys and they cannot be read: nobody is let in.
        """
        if self._book is None and self._path is not None and self._path.exists():
            self._book = KeyBook.open(self._path)
        return self._book

    def admit(self, request: Request, text: str, scope: KeyScope) -> Key | None:
        """Return the key that lets the request through, ``None`` where no key is needed.

        Raises:
            AccessRefused: it is not let through.
            RateLimited: it came too often.
            KeysUnusable: it cannot be known.
        """
        _refuse_secret_in_browser(request, text)
        book = self.book()
        if book is None:
            _refuse_foreign_page(request)
            self.count_visitor(request)
            return None
        key = self._known(request, book, text)
        if key.kind is KeyKind.PUBLISHABLE:
            _refuse_foreign_page(request)
            self._quotas.take(f"{key.key_id} {_address(request)}", VISITOR_OF_WIDGET)
        self._quotas.take(key.key_id, key.quota)
        if scope not in key.scopes:
            raise ScopeMissing(f"{key.key_id} lacks the scope {scope.value!r}")
        return key

    def count_visitor(self, request: Request) -> None:
        """Count a request without a key to the address it came from.

        Raises:
            RateLimited: too many came from there.
        """
        if self._visitor is not None:
            self._quotas.take(f"visitor {_address(request)}", self._visitor)

    def _known(self, request: Request, book: KeyBook, text: str) -> Key:
        try:
            return book.authenticate(text)
        except AccessRefused as refusal:
            # What was sent is in neither the message nor the log.
            logger.info("key refused: %s", type(refusal).__name__)
            self.count_visitor(request)
            raise

    def close(self) -> None:
        if self._book is not None:
            self._book.close()


def gate_of_settings(serving: ServingSettings) -> Gate:
    """Return the gate of a server with these settings."""
    most = serving.visitor_per_minute
    return Gate(serving.keys, visitor=Quota(most, per_day=None) if most else None)


def allowed(scope: KeyScope) -> Any:  # noqa: ANN401  # what Depends returns
    """Return the dependency of a route that needs ``scope``; it sets ``request.state.key``."""

    async def admit(request: Request, sent: Sent) -> None:
        # On the event loop: reading a key takes a twentieth of a millisecond.
        text = sent.credentials if sent else ""
        request.state.key = gate_of(request).admit(request, text, scope)

    return _needing(scope.value, admit)


async def _count_visitor(request: Request) -> None:
    request.state.key = None
    gate_of(request).count_visitor(request)


async def _let_through(request: Request) -> None:
    request.state.key = None


def _needing(need: str, check: Callable[..., Awaitable[None]]) -> Any:  # noqa: ANN401
    setattr(check, NEED, need)
    return Depends(check)


PAGE = _needing("page", _count_visitor)
"""For the pages and files that browsers open: links to a quote must work for whoever has them."""
OPEN = _needing("open", _let_through)
"""For monitors alone: whether the server lives and is ready."""


def gate_of(request: Request) -> Gate:
    gate: Gate = request.app.state.gate
    return gate


def _refuse_secret_in_browser(request: Request, text: str) -> None:
    """Refuse a secret key that a browser sent, good or not, and leave a trace of it.

    Raises:
        SecretKeyInBrowser: a page holds it, and with it everybody who opens that page.
    """
    headers = request.headers
    # Not Sec-Fetch-Mode, which Node's fetch sends as well.
    browser = "origin" in headers or "sec-fetch-site" in headers
    if browser and text.startswith(f"{KeyKind.SECRET.value}_"):
        logger.warning("a secret key came from a browser, origin %r", headers.get("origin"))
        raise SecretKeyInBrowser("a secret key came from a browser")


def _refuse_foreign_page(request: Request) -> None:
    """Refuse what a browser sends from a page that is not this server's.

    It keeps other pages from spending a visitor's quota, or a machine's time.
    Programs send neither header and could send either: it is no proof of who asks.

    Raises:
        ForeignSite: the browser says that it is so.
    """
    headers = request.headers
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        # A browser that is old, or that came by plain http: its Origin has to be our Host.
        foreign = origin is not None and origin.partition("://")[2] != headers.get("host")
    if foreign:
        raise ForeignSite("a browser asks from a page of another site")


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"
