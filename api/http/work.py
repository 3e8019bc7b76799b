"""The work of one request: on a worker, by its deadline, for as long as its client waits."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from time import monotonic
from typing import Any, TypeVar

from starlette.requests import Request

from api.http.problems import ClientGone, TooSlow
from api.http.workers import Workers
from rag.events import Cancelled

Result = TypeVar("Result")


class Work:
    """Runs calls for one request. Whatever ends the waiting takes the calls back."""

    def __init__(self, request: Request, workers: Workers, *, deadline_s: float) -> None:
        self._request = request
        self._workers = workers
        self._deadline = monotonic() + deadline_s
        self._taken_back = threading.Event()

    def cancelled(self) -> bool:
        """Whether nobody waits any more; long work asks, and leaves off."""
        return self._taken_back.is_set() or monotonic() > self._deadline

    def take_back(self) -> None:
        self._taken_back.set()

    async def run(self, call: Callable[[], Result]) -> Result:
        """Return what ``call`` returns, or raise what it raises.

        Raises:
            Busy: every worker is taken and the queue is full.
            TooSlow: the request's time is up, waiting for a worker included.
            ClientGone: there is nobody to answer.
        """
        return await self.attended(self._on_worker(call))

    async def attended(self, step: Coroutine[Any, Any, Result]) -> Result:
        """Return what ``step`` returns, unless the time is up or the client has gone first."""
        stepping = asyncio.ensure_future(step)
        leaving = asyncio.ensure_future(_disconnect(self._request))
        try:
            await asyncio.wait(
                {stepping, leaving},
                timeout=max(0.0, self._deadline - monotonic()),
                return_when=asyncio.FIRST_COMPLETED,
            )
            if stepping.done():
                return stepping.result()
            if leaving.done():
                raise ClientGone("the client closed the connection")
            raise TooSlow("the request's time is up")
        finally:
            leaving.cancel()
            if not stepping.done():
                self.take_back()
                stepping.cancel()

    async def stream(self, events: Callable[[], Iterator[Result]]) -> AsyncGenerator[Result, None]:
        """Yield what a worker draws from ``events``, as it comes; closing it stops the worker.

        A client that reads slowly holds no worker: what it has not read is kept,
        and that is no more than one answer.

        Raises:
            Busy, TooSlow: as ``run``.
        """
        loop, queue = asyncio.get_running_loop(), asyncio.Queue[Result]()

        def pump() -> None:
            for event in events():
                loop.call_soon_threadsafe(queue.put_nowait, event)

        ending = asyncio.ensure_future(self._on_worker(pump))
        try:
            while (event := await self._next(queue, ending)) is not None:
                yield event
        finally:
            self.take_back()
            if not ending.cancel() and not ending.cancelled():
                ending.exception()  # looked at: else the loop would log that nobody did

    async def _next(
        self, queue: asyncio.Queue[Result], ending: asyncio.Future[None]
    ) -> Result | None:
        """Return the next event; ``None`` at the end, which raises what the worker raised."""
        if not queue.empty():
            return queue.get_nowait()
        taking = asyncio.ensure_future(queue.get())
        either: set[asyncio.Future[Any]] = {taking, ending}
        try:
            await asyncio.wait(
                either,
                timeout=max(0.0, self._deadline - monotonic()),
                return_when=asyncio.FIRST_COMPLETED,
            )
            if taking.done():
                return taking.result()
            if not ending.done():
                raise TooSlow("the request's time is up")
        finally:
            taking.cancel()
        # What the worker put before it ended was put before its end was known here.
        return ending.result() if queue.empty() else queue.get_nowait()

    async def _on_worker(self, call: Callable[[], Result]) -> Result:
        future = self._workers.submit(lambda: self._wanted(call))
        try:
            return await asyncio.wrap_future(future)
        except Cancelled as error:
            # A worker may see that the time is up a moment before the event loop does.
            raise TooSlow("the request's time is up") from error

    def _wanted(self, call: Callable[[], Result]) -> Result:
        if self.cancelled():
            raise Cancelled("nobody waits for this any more")
        return call()


async def _disconnect(request: Request) -> None:
    """Return when the client has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
