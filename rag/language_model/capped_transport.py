"""HTTP to the endpoint, with little said and no more heard than was asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2

from rag.language_model.errors import ReplyBroken, ReplyTooLong

MOST_BYTES = 256 * 1024
"""Of one reply: forty times what 600 tokens take as chunks of a stream."""

_SENT = frozenset({"host", "authorization", "content-type", "content-length", "accept"})
"""The headers that an endpoint needs. The client's others tell of this machine, or are
taken from variables that belong to other programs."""


class CappedTransport(httpx2.AsyncBaseTransport):
    """Sends as little as it can; gives up on a reply that is compressed or goes on and on.

    A compressed reply may be a thousand times longer than it looks.
    """

    def __init__(self, inner: httpx2.AsyncBaseTransport, *, keyed: bool) -> None:
        self._inner = inner
        self._sent = _SENT if keyed else _SENT - {"authorization"}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        for name in [name for name in request.headers if name.lower() not in self._sent]:
            del request.headers[name]
        request.headers["accept-encoding"] = "identity"
        response = await self._inner.handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise ReplyBroken("The language model's server sent a reply that cannot be read.")
        stream = response.stream
        assert isinstance(stream, httpx2.AsyncByteStream)  # noqa: S101  # an async transport's
        response.stream = _Capped(stream)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Capped(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        heard = 0
        async for part in self._inner:
            heard += len(part)
            if heard > MOST_BYTES:
                raise ReplyTooLong("The language model's reply was far longer than asked for.")
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()
