"""An endpoint of chat completions on a real socket that does as it is told: well, badly, or not.

It speaks HTTP/1.1 by hand, for much of what it has to do no server would let it do.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
_OFFERED = re.compile(r"^\[S(\d+)\] (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Heard:
    """A request as it came: where to, under which headers (lower case), with what."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def offered(self) -> dict[int, str]:
        """The numbered sentences of the prompt."""
        text = self.body["messages"][-1]["content"]
        return {int(number): sentence for number, sentence in _OFFERED.findall(text)}


Behaviour = Callable[[Heard, asyncio.StreamWriter], Awaitable[None]]


def chunk(content: str | None = None, finish: str | None = None, **delta: Any) -> str:
    """Return one event of the stream, as endpoints write it."""
    if content is not None:
        delta["content"] = content
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    data = {
        "id": "c1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [choice],
    }
    return f"data: {json.dumps(data)}\n\n"


async def send(writer: asyncio.StreamWriter, *texts: str | bytes, pause_s: float = 0.0) -> None:
    for text in texts:
        writer.write(text.encode() if isinstance(text, str) else text)
        await writer.drain()
        if pause_s:
            await asyncio.sleep(pause_s)


def saying(
    reply: str | Callable[[Heard], str], *, finish: str | None = "stop", piece: int = 7
) -> Behaviour:
    """Stream the reply in pieces of so many letters, and end it as endpoints do."""

    async def behave(heard: Heard, writer: asyncio.StreamWriter) -> None:
        text = reply if isinstance(reply, str) else reply(heard)
        await send(writer, HEAD, chunk("", role="assistant"))
        await send(writer, *(chunk(text[at : at + piece]) for at in range(0, len(text), piece)))
        await send(writer, chunk(finish=finish), "data: [DONE]\n\n")

    return behave


def refusing(status: int, body: str = '{"error": {"message": "no"}}', extra: str = "") -> Behaviour:
    head = f"HTTP/1.1 {status} No\r\nContent-Type: application/json\r\nConnection: close\r\n"

    async def behave(heard: Heard, writer: asyncio.StreamWriter) -> None:
        await send(writer, f"{head}{extra}Content-Length: {len(body)}\r\n\r\n{body}")

    return behave


def sending(*texts: str | bytes, pause_s: float = 0.0, hang: bool = False) -> Behaviour:
    """Send what is given, byte for byte, and close the connection, or leave it open."""

    async def behave(heard: Heard, writer: asyncio.StreamWriter) -> None:
        await send(writer, *texts, pause_s=pause_s)
        if hang:
            await asyncio.sleep(3600)

    return behave


def resetting(*texts: str | bytes) -> Behaviour:
    """Send what is given and break the connection with a reset."""

    async def behave(heard: Heard, writer: asyncio.StreamWriter) -> None:
        await send(writer, *texts)
        await asyncio.sleep(0.05)
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return behave


def endless(text: str | bytes, *, pause_s: float = 0.0, head: str = HEAD) -> Behaviour:
    async def behave(heard: Heard, writer: asyncio.StreamWriter) -> None:
        await send(writer, head)
        while True:
            await send(writer, text, pause_s=pause_s)

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Behave each way once, and then for ever in the last."""
    left = list(behaviours)

    async def behave(heard: Heard, writer: asyncio.StreamWriter) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(heard, writer)

    return behave


class ScriptedEndpoint:
    """Serves on a free port of this machine; ``behave`` may be changed between requests."""

    def __init__(self) -> None:
        self.behave: Behaviour = saying("")
        self.heard: list[Heard] = []
        self.open = 0
        """Requests that are being answered."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        starting = asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(starting, self._loop).result()
        self.port: int = self._server.sockets[0].getsockname()[1]

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def idle_within(self, seconds: float) -> bool:
        """Whether every request has ended, its connection closed by whoever asked, by then."""
        until = monotonic() + seconds
        while self.open and monotonic() < until:
            sleep(0.01)
        return self.open == 0

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._wind_up(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _wind_up(self) -> None:
        self._server.close()
        others = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            heard = await _request(reader)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
            return
        self.heard.append(heard)
        self.open += 1
        answering = asyncio.ensure_future(self.behave(heard, writer))
        leaving = asyncio.ensure_future(reader.read())
        try:
            await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (answering, leaving):
                task.cancel()
            await asyncio.gather(answering, leaving, return_exceptions=True)
            writer.close()
            self.open -= 1


async def _request(reader: asyncio.StreamReader) -> Heard:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Heard(first.split()[1], headers, json.loads(body) if body else {})


@contextmanager
def scripted_endpoint() -> Iterator[ScriptedEndpoint]:
    endpoint = ScriptedEndpoint()
    try:
        yield endpoint
    finally:
        endpoint.close()
