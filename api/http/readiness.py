"""Whether the server can answer: the library readable, a first answer behind it, not stopping."""

from __future__ import annotations

import asyncio
import logging
import threading
from time import monotonic

from api.http.failures import log_unforeseen
from api.http.problems import Draining, TooSlow, WarmingUp
from api.http.workers import Workers
from index.errors import PeelbackError
from rag.answers import Scope
from rag.pipeline import Assistant

logger = logging.getLogger(__name__)

FIRST_QUESTION = "How good is the supervision of investigations?"
"""Any question loads what all questions use: the passages' vectors, the keywords, the encoder."""
CHECK_S = 2.0
"""How long a look at the library may take before the server calls itself unready."""


class Readiness:
    """The state of one server. It looks on a thread of its own: no question is in its way."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._watch = Workers(threads=1, waiting=64)
        self._warm = threading.Event()
        self.draining_since: float | None = None

    @property
    def is_warm(self) -> bool:
        return self._warm.is_set()

    def drain(self) -> None:
        """Take in nothing new from now on; a monitor is told at its next look."""
        if self.draining_since is None:
            self.draining_since = monotonic()

    def require_taking_in(self) -> None:
        """Return unless the server is about to stop.

        Raises:
            Draining: it is.
        """
        if self.draining_since is not None:
            raise Draining("the server is about to stop")

    async def check(self) -> None:
        """Return if a question would be answered now.

        Raises:
            Draining, WarmingUp: not any more; not yet.
            LibraryError: the library cannot be read.
            TooSlow: it cannot be read in good time.
        """
        self.require_taking_in()
        if not self.is_warm:
            raise WarmingUp("no question was answered yet")
        looking = asyncio.wrap_future(self._watch.submit(self._assistant.edition))
        try:
            await asyncio.wait_for(looking, CHECK_S)
        except TimeoutError as error:
            raise TooSlow(f"the library could not be read in {CHECK_S} s") from error

    async def warm_up(self) -> None:
        """Answer a first question; where that fails, try again until it does not."""
        wait_s = 0.5
        while not self.is_warm:
            try:
                await asyncio.wrap_future(self._watch.submit(self._answer_first))
            except PeelbackError:
                logger.exception("not ready: a first question could not be answered")
            except Exception as error:  # noqa: BLE001  # nobody awaits this: it would end unseen
                log_unforeseen(error)
            if not self.is_warm:
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, 30.0)

    def close(self) -> None:
        self._watch.close()

    def _answer_first(self) -> None:
        self._assistant.search(FIRST_QUESTION, Scope(), k=1)
        self._warm.set()
