"""Any endpoint of OpenAI's chat completions shape, read as a stream of pieces of text."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, cast

try:
    import httpx2
    import openai
except ModuleNotFoundError as error:
    raise ImportError("the openai client is not installed: pip install openai") from error

from rag.events import Cancelled
from rag.language_model.capped_transport import CappedTransport
from rag.language_model.chunks import BROKEN, heard, translated
from rag.language_model.errors import (
    EndpointRefused,
    EndpointTooSlow,
    EndpointUnreachable,
    ReplyBroken,
    ReplyTooLong,
)
from rag.language_model.prompt import Message
from rag.language_model.settings import LanguageModelSettings

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

    Chunks = openai.AsyncStream[ChatCompletionChunk]

POLL_S = 0.1
"""How often a waiting question looks whether anybody still waits for it."""

RETRY_PAUSE_S = 0.2
_BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
"""Statuses that may be another a moment later."""

CHARACTERS_A_TOKEN = 8
"""Twice what English takes: more than this for each token asked for is too much."""

_UNREACHABLE = "The language model's server could not be reached."


class LanguageModel(Protocol):
    """Something that goes on from messages, piece by piece."""

    def pieces(
        self, messages: Sequence[Message], *, cancelled: Callable[[], bool]
    ) -> Iterator[str]:
        """Give the reply's pieces; only when they end is it known to be whole.

        Raises:
            NoProse: there is no reply, or no whole one.
            Cancelled: nobody waits for it any more.
        """
        ...

    def close(self) -> None:
        """End what it has going on outside."""
        ...


class OpenAIEndpoint:
    """The endpoint that the settings name. Use it from any thread.

    Requests run on one event loop in a thread of its own, so that a reply that
    does not come can be left off at any moment, and its connection closed.
    """

    def __init__(self, settings: LanguageModelSettings) -> None:
        self._settings = settings
        self._client = _client(settings)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="language-model", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Close the connections and end the thread. Replies on their way are left off."""
        asyncio.run_coroutine_threadsafe(_wind_up(self._client), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def pieces(
        self, messages: Sequence[Message], *, cancelled: Callable[[], bool]
    ) -> Iterator[str]:
        inbox: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
        reading = asyncio.run_coroutine_threadsafe(self._read(messages, inbox.put), self._loop)
        try:
            while True:
                if cancelled():
                    raise Cancelled("the question was taken back")
                try:
                    said = inbox.get(timeout=POLL_S)
                except queue.Empty:
                    continue
                if said is None:
                    return
                if isinstance(said, BaseException):
                    raise said
                yield said
        finally:
            reading.cancel()

    async def _read(
        self, messages: Sequence[Message], say: Callable[[str | BaseException | None], None]
    ) -> None:
        """Hand on the pieces, and then ``None`` or what went wrong."""
        try:
            async with asyncio.timeout(self._settings.total_s):
                async for piece in self._pieces(messages):
                    say(piece)
        except TimeoutError:
            say(EndpointTooSlow("The language model took too long."))
        except asyncio.CancelledError:
            say(ReplyBroken("The language model was left off."))
            raise
        except Exception as error:  # noqa: BLE001  # raised again in the thread of who asked
            say(error)
        else:
            say(None)

    async def _pieces(self, messages: Sequence[Message]) -> AsyncIterator[str]:
        length = 0
        try:
            async with asyncio.timeout(self._settings.first_byte_s):
                chunks, chunk = await self._begin(messages)
        except TimeoutError:
            raise EndpointTooSlow("The language model did not begin to answer in time.") from None
        async with chunks:
            while chunk is not None:
                piece, whole = heard(chunk)
                length += len(piece)
                if length > CHARACTERS_A_TOKEN * self._settings.answer_tokens:
                    raise ReplyTooLong("The language model's reply was longer than asked for.")
                if piece:
                    yield piece
                if whole:
                    return
                chunk = await self._next(chunks)
        raise ReplyBroken(BROKEN)

    async def _begin(
        self, messages: Sequence[Message]
    ) -> tuple[Chunks, ChatCompletionChunk | None]:
        """Return the stream and its first chunk; one more try while nothing has been heard."""
        try:
            return await self._try(messages)
        except EndpointUnreachable:
            pass
        except EndpointRefused as refusal:
            if refusal.status not in _BUSY:
                raise
        await asyncio.sleep(RETRY_PAUSE_S)
        return await self._try(messages)

    async def _try(self, messages: Sequence[Message]) -> tuple[Chunks, ChatCompletionChunk | None]:
        said = [{"role": message.role, "content": message.text} for message in messages]
        with translated(EndpointUnreachable(_UNREACHABLE)):
            chunks = await self._client.chat.completions.create(
                model=self._settings.model,
                messages=cast("list[ChatCompletionMessageParam]", said),
                max_tokens=self._settings.answer_tokens,
                temperature=0,
                stream=True,
            )
            try:
                return chunks, await anext(chunks, None)
            except BaseException:
                await chunks.close()
                raise

    async def _next(self, chunks: Chunks) -> ChatCompletionChunk | None:
        try:
            async with asyncio.timeout(self._settings.idle_s):
                with translated(ReplyBroken(BROKEN)):
                    return await anext(chunks, None)
        except TimeoutError:
            raise EndpointTooSlow("The language model stopped in the middle.") from None


def _client(settings: LanguageModelSettings) -> openai.AsyncOpenAI:
    patience = max(settings.first_byte_s, settings.idle_s)
    timeout = httpx2.Timeout(patience, connect=settings.connect_s)
    transport = CappedTransport(httpx2.AsyncHTTPTransport(), keyed=bool(settings.api_key))
    return openai.AsyncOpenAI(
        base_url=settings.base_url,
        # Left out, another program's OPENAI_API_KEY would be taken, and sent.
        api_key=settings.api_key or "none",
        max_retries=0,
        timeout=timeout,
        http_client=httpx2.AsyncClient(
            transport=transport, timeout=timeout, follow_redirects=False, trust_env=False
        ),
    )


async def _wind_up(client: openai.AsyncOpenAI) -> None:
    mine = asyncio.current_task()
    others = [task for task in asyncio.all_tasks() if task is not mine]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await client.close()
