"""A bounded pool of threads for the work of models, off the event loop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from api.http.problems import Busy, Draining

Result = TypeVar("Result")


class Workers:
    """Runs calls on ``threads`` threads; at most ``waiting`` more calls wait for one."""

    def __init__(self, *, threads: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="peelback")
        self._limit = threads + waiting
        self._in_hand = 0
        self._counting = threading.Lock()

    @property
    def in_hand(self) -> int:
        """How many calls run or wait. One that nobody waits for runs on until it notices."""
        return self._in_hand

    def submit(self, call: Callable[[], Result]) -> Future[Result]:
        """Return the future of ``call``; cancelling it takes it out of the queue.

        Raises:
            Busy: the queue is full. Refusing at once is kinder than a late answer.
            Draining: the pool is closed.
        """
        with self._counting:
            if self._in_hand >= self._limit:
                raise Busy(f"{self._in_hand} calls are in hand, and {self._limit} are the most")
            self._in_hand += 1
        try:
            # With the context of the request: what is logged on the thread names it.
            future = self._pool.submit(copy_context().run, call)
        except RuntimeError as error:
            self._leave()
            raise Draining("the workers have stopped") from error
        future.add_done_callback(lambda _: self._leave())
        return future

    def close(self) -> None:
        """Drop the calls that wait; those that run are told by their own requests."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _leave(self) -> None:
        with self._counting:
            self._in_hand -= 1
