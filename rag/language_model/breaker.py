"""A circuit breaker: an endpoint that fails again and again is left alone for a while."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

from rag.language_model.errors import EndpointResting

FAILURES = 5
"""So many in a row rest the endpoint."""
REST_S = 30.0


class Breaker:
    """Counts failures in a row. Use it from any thread.

    After the rest one request is let through; how it fares decides for all.
    """

    def __init__(
        self,
        *,
        failures: int = FAILURES,
        rest_s: float = REST_S,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._most = failures
        self._rest_s = rest_s
        self._now = now
        self._failed = 0
        self._rests_until = 0.0
        self._trying = False
        self._lock = threading.Lock()

    def enter(self) -> None:
        """Let a request through; it must end with one of the other three.

        Raises:
            EndpointResting: not now.
        """
        with self._lock:
            if self._failed < self._most:
                return
            if self._trying or self._now() < self._rests_until:
                raise EndpointResting(
                    "The language model's server failed several times and is left alone for now."
                )
            self._trying = True

    def succeeded(self) -> None:
        with self._lock:
            self._failed, self._trying = 0, False

    def failed(self) -> None:
        with self._lock:
            self._failed, self._trying = self._failed + 1, False
            self._rests_until = self._now() + self._rest_s

    def left_off(self) -> None:
        """The request ended for a reason that says nothing of the endpoint."""
        with self._lock:
            self._trying = False
