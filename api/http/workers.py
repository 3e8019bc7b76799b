"""A bounded pool of threads for the work of models, off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from api.http.problems import Busy

Result = TypeVar("Result")


class Workers:
    """Runs calls on ``threads`` threads; at most ``waiting`` more calls wait for one."""

    def __init__(self, *, threads: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="peelback")
        self._limit = threads + waiting
        self._in_hand = 0

    async def run(self, call: Callable[[], Result]) -> Result:
        """Return what ``call`` returns, or raise what it raises.

        Raises:
            Busy: the queue is full. Refusing at once is kinder than a late answer.

        """
        if self._in_hand >= self._limit:
            raise Busy(f"{self._in_hand} calls are in hand, and {self._limit} are the most")
        self._in_hand += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, call)
        finally:
            self._in_hand -= 1

    def close(self) -> None:
        """Wait for the calls that run, and drop those that wait."""
        self._pool.shutdown(cancel_futures=True)
