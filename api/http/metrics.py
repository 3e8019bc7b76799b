"""What is counted: requests by route and status, answers by status, time by stage.

Every label is of a closed set, named here or by our own code: what a client
sends (a path, a method, a question) never becomes one.
"""

from __future__ import annotations

from dataclasses import asdict

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

from api.http.workers import Workers
from rag.answers import Answer

TEXT_FORMAT = CONTENT_TYPE_LATEST
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
REQUEST_S = (0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5, 5.0, 10.0, 30.0)
STAGE_S = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 5.0, 30.0)
"""Bounds of the buckets in seconds; the goals for an answer, 0.04 and 0.08, are among them."""


class Metrics:
    """The counts of one server."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "peelback_requests",
            "Requests by method, route template and status.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._request_s = Histogram(
            "peelback_request_seconds",
            "Time from a request's head to its last byte, by route template.",
            ("route",),
            buckets=REQUEST_S,
            registry=self._registry,
        )
        self._answers = Counter(
            "peelback_answers",
            "Answers by status and mode; degraded: a language model was asked for in vain.",
            ("status", "mode", "degraded"),
            registry=self._registry,
        )
        self._stage_s = Histogram(
            "peelback_answer_stage_seconds",
            "Time of an answer by stage.",
            ("stage",),
            buckets=STAGE_S,
            registry=self._registry,
        )
        self._in_hand = Gauge(
            "peelback_calls_in_hand",
            "Calls that run on a worker or wait for one, by pool.",
            ("pool",),
            registry=self._registry,
        )

    def watch(self, pool: str, workers: Workers) -> None:
        """Show how many calls the workers have in hand, under the pool's name."""
        self._in_hand.labels(pool).set_function(lambda: workers.in_hand)

    def served(self, method: str, route: str, status: int, seconds: float) -> None:
        named = method if method in METHODS else "other"
        self._requests.labels(named, route, status).inc()
        self._request_s.labels(route).observe(seconds)

    def answered(self, answer: Answer) -> None:
        degraded = "yes" if answer.degraded else "no"
        self._answers.labels(answer.status.value, answer.mode.value, degraded).inc()
        for stage, ms in asdict(answer.timings_ms).items():
            self._stage_s.labels(stage).observe(ms / 1000)

    def text(self) -> bytes:
        """Return the counts in Prometheus's text format."""
        return generate_latest(self._registry)
