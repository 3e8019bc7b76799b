"""Reports from web addresses: fetched with care, then read like any file.

Every connection, a redirect's too, goes to an address that was looked up once
and found to be public, so that a name which means something else the next
moment leads nowhere. Nothing that a page links to is fetched.
"""

from __future__ import annotations

import re
import ssl
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

import anyio
import anyio.to_thread
import httpx2

from index.errors import UnreadableReport
from index.ingest.addresses import (
    IPAddress,
    Resolve,
    is_public,
    parsed_address,
    system_addresses,
)
from index.ingest.sources import Source
from index.readers import READERS

MOST_BYTES = 50_000_000
"""The longest report seen has 40 MB."""
MOST_S = 60.0
"""For one address: looking it up, every redirect, all of its bytes."""
WAIT_S = 10.0
"""For a connection, and for the next bytes on it."""
MOST_REDIRECTS = 5
SCHEMES = ("http", "https")
PERMANENT = (301, 308)

ENDINGS = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/xhtml+xml": ".html",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
}
UNSPECIFIC = ("", "application/octet-stream", "binary/octet-stream")
"""Content types that say nothing: the address's own ending counts then."""

HEADERS = {
    "User-Agent": "peelback (reads inspection reports)",
    "Accept": ", ".join(ENDINGS),
    # Well known, and expands no more than a thousandfold.
    "Accept-Encoding": "gzip",
}


@dataclass(frozen=True, slots=True)
class Fetching:
    """How web addresses are fetched. ``allows`` says which network addresses may be asked."""

    allows: Callable[[IPAddress], bool] = is_public
    resolve: Resolve = system_addresses
    most_bytes: int = MOST_BYTES
    most_s: float = MOST_S


@dataclass(frozen=True, slots=True)
class _Page:
    """What came from an address. ``url`` is where it lives for good."""

    url: str
    content_type: str
    data: bytes


class _Refused(httpx2.TransportError):
    """An address that must not be asked, or an answer that is not taken; says why."""


def fetch(address: str, folder: Path, how: Fetching | None = None) -> Source | UnreadableReport:
    """Return the report at ``address``, its bytes kept in ``folder``; else why there is none.

    It is named for the last part of the address, with the ending of its content
    type. ``origin`` is the address as given; ``url``, which citations link to,
    is where permanent redirects led.
    """
    how = how or Fetching()
    try:
        page = anyio.run(_fetched, address, how)
        name = _name(page)
    except TimeoutError:
        return UnreadableReport(address, f"it took longer than {how.most_s:g} seconds")
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
        return UnreadableReport(address, _reason(error))
    kept = folder / f"{len(list(folder.iterdir()))}"
    kept.write_bytes(page.data)
    return Source(name, address, kept.read_bytes, url=page.url)


async def _fetched(address: str, how: Fetching) -> _Page:
    with anyio.fail_after(how.most_s):
        async with (
            httpx2.AsyncClient(
                transport=_PinnedTransport(how),
                headers=HEADERS,
                follow_redirects=True,
                max_redirects=MOST_REDIRECTS,
                timeout=WAIT_S,
                # A proxy, or a password for this host, of the environment is not for strangers.
                trust_env=False,
            ) as client,
            client.stream("GET", _asked(address)) as response,
        ):
            if response.status_code != httpx2.codes.OK:
                raise _Refused(_status(response))
            content_type = response.headers.get("Content-Type", "").partition(";")[0]
            return _Page(
                url=_permanent(response),
                content_type=content_type.strip().lower(),
                data=await _body(response, how.most_bytes),
            )


async def _body(response: httpx2.Response, most_bytes: int) -> bytes:
    too_large = _Refused(f"it is larger than {most_bytes:,} bytes")
    announced = response.headers.get("Content-Length", "0")
    if announced.isdecimal() and int(announced) > most_bytes:
        raise too_large
    data = bytearray()
    async for chunk in response.aiter_bytes():
        data += chunk
        if len(data) > most_bytes:
            raise too_large
    return bytes(data)


class _PinnedTransport(httpx2.AsyncBaseTransport):
    """Looks a host up once, checks every address it has, and connects to one of those."""

    def __init__(self, how: Fetching) -> None:
        self._how = how
        # No connection is kept: under the same number may live another name, with
        # another certificate.
        self._inner = httpx2.AsyncHTTPTransport(
            verify=_trusted(),
            trust_env=False,
            limits=httpx2.Limits(max_keepalive_connections=0),
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        last = None
        for address in await self._addresses(request.url):
            try:
                return await self._inner.handle_async_request(_pinned(request, address))
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                last = error
        raise last or _Refused("its host has no address")

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def _addresses(self, url: httpx2.URL) -> list[IPAddress]:
        """Return the host's addresses.

        Raises:
            _Refused: the address is not one to be asked, one of its host's is not, or
                the host is not known.
        """
        if url.scheme not in SCHEMES:
            raise _Refused(f"only http and https addresses are fetched, not {url.scheme}:")
        if url.userinfo:
            raise _Refused("an address with a user name or a password is not fetched")
        host = url.raw_host.decode("ascii")
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            found = await anyio.to_thread.run_sync(
                self._how.resolve, host, port, abandon_on_cancel=True
            )
        except (OSError, UnicodeError) as error:
            raise _Refused(
                f"{host} cannot be looked up: there is no network, or no such site"
            ) from error
        return [self._checked(host, text) for text in found]

    def _checked(self, host: str, text: str) -> IPAddress:
        address = parsed_address(text)
        if address is None or not self._how.allows(address):
            # One inside address among public ones is a trap, not a choice.
            raise _Refused(f"{host} is on a private or local network, which is not asked")
        return address


def _pinned(request: httpx2.Request, address: IPAddress) -> httpx2.Request:
    """Return the request to that address; ``Host`` and the certificate's name stay the site's."""
    return httpx2.Request(
        request.method,
        request.url.copy_with(host=str(address)),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": request.url.raw_host.decode("ascii")},
    )


def _name(page: _Page) -> str:
    """Return a file name for the page.

    Raises:
        _Refused: no reader takes its content type.
    """
    address = httpx2.URL(page.url)
    last = PurePosixPath(address.path).name or address.host
    ending = PurePosixPath(last).suffix.lower()
    known = ENDINGS.get(page.content_type)
    if known is None and not (page.content_type in UNSPECIFIC and ending in READERS):
        shown = page.content_type or "without a content type"
        raise _Refused(f"it is {shown}; read are pages, PDF, Word (.docx), Markdown and text")
    # ``text/plain`` is what servers call Markdown that they do not know.
    if known is None or ending == known or (known == ".txt" and ending in (".md", ".markdown")):
        return _plain(last)
    return _plain(last.removesuffix(PurePosixPath(last).suffix) if ending in READERS else last) + (
        known
    )


def _plain(name: str) -> str:
    """Return the name without what no file's name has."""
    folded = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))
    return re.sub(r"[^\w.() -]+", "-", folded)[:150].strip() or "page"


def _permanent(response: httpx2.Response) -> str:
    """Return the last address that permanent redirects alone led to."""
    for hop in response.history:
        if hop.status_code not in PERMANENT:
            return str(hop.url)
    return str(response.url)


def _asked(address: str) -> httpx2.URL:
    """Return the address without its fragment, which is not for the site to know."""
    return httpx2.URL(address).copy_with(fragment=None)


@cache
def _trusted() -> ssl.SSLContext:
    """Return what certificates are checked against: costly to make, and the same for all."""
    return httpx2.create_ssl_context(trust_env=False)


def _status(response: httpx2.Response) -> str:
    said = f"the site answered {response.status_code} {response.reason_phrase}".rstrip()
    if response.status_code in (httpx2.codes.UNAUTHORIZED, httpx2.codes.FORBIDDEN):
        return f"{said}: save it from a browser and add the file"
    return said


def _reason(error: Exception) -> str:
    match error:
        case _Refused() | httpx2.UnsupportedProtocol() | httpx2.InvalidURL():
            return str(error)
        case httpx2.TooManyRedirects():
            return f"it redirects more than {MOST_REDIRECTS} times"
        case httpx2.TimeoutException():
            return f"the site did not answer within {WAIT_S:g} seconds"
        case httpx2.ConnectError():
            return "the site cannot be reached: there is no network, or it is down"
        case _:
            return f"it could not be fetched ({type(error).__name__}: {error})"
