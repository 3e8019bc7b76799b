"""The widget: the script that a site embeds, and the frame that its conversation runs in."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, Response

from api.http.access import PAGE, gate_of
from api.http.holdings import holdings_json
from api.http.pages import READING, page_file
from api.http.routes import Answering

embed = APIRouter(include_in_schema=False, dependencies=[PAGE])

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors {ancestors}"
)

ON_THIS_MACHINE = ("http://localhost:*", "http://127.0.0.1:*")
"""Who may frame a server without keys, which listens on loopback only: a page on this machine."""


@embed.api_route("/widget.js", methods=READING)
async def widget() -> Response:
    """Return the script. It holds nothing of a key, so any page may read it (to check its hash)."""
    return Response(
        page_file("widget.js"),
        media_type="text/javascript",
        headers={
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Cache-Control": "public, max-age=300",
        },
    )


@embed.api_route("/embed", methods=READING)
async def frame(request: Request, key: str = "") -> HTMLResponse:
    """Return the frame's page, which the browser shows on the sites of ``key`` alone."""
    sites = _sites(request, key)
    return HTMLResponse(
        page_file("embed.html"),
        headers={"Content-Security-Policy": policy_for(sites), "Cache-Control": "no-store"},
    )


@embed.get("/embed/library")
async def holdings(request: Request, assistant: Answering) -> JSONResponse:
    """Return what the chat has to know of the library, which a key to ask may not list."""
    cards = await run_in_threadpool(assistant.library.cards)
    wants_key = gate_of(request).book() is not None
    return JSONResponse({"wants_key": wants_key, **holdings_json(cards)})


def policy_for(sites: Sequence[str]) -> str:
    """Return the frame's policy; a key without sites may be framed nowhere."""
    return POLICY.format(ancestors=" ".join(sites) or "'none'")


def _sites(request: Request, key: str) -> Sequence[str]:
    book = gate_of(request).book()
    return ON_THIS_MACHINE if book is None else book.framing_sites(key)
