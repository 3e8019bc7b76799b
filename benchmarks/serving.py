"""How soon an answer comes over HTTP: its first event, its last, and the whole as JSON.

The server is ``peelback serve``, a process of its own, on loopback; one client
asks one question after another on a connection that stays open, as a page does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter

from benchmarks.asking import questions_of
from benchmarks.parts import Part, Target
from benchmarks.processes import ROOT, FailedCommand
from eval.latency import percentile
from eval.tables import Table
from rag.answers import Question

FIRST_EVENT_MS, WHOLE_MS = 40, 80
"""What half of the answers are to take at most, on two cores, warm."""
WARMING = 5
"""Questions that are asked before any is measured."""


def measure_serving(library: Path, golds: Sequence[Path], *, repeats: int) -> Part:
    """Return the latencies over HTTP of the questions of the gold files, else of general ones."""
    questions = questions_of(golds)
    with _serving(library) as (host, port, start_s):
        connection = HTTPConnection(host, port, timeout=60)
        for question in questions[:WARMING]:
            _streamed(connection, question)
        asked = [question for _ in range(repeats) for question in questions]
        streamed = [_streamed(connection, question) for question in asked]
        whole = [_whole(connection, question) for question in asked]
        connection.close()
    measured = {
        "first event": [first for first, _ in streamed],
        "last event": [last for _, last in streamed],
        "whole as JSON": whole,
    }
    rows = [
        (name, *(f"{percentile(times, percent):.1f}" for percent in (50, 95)))
        for name, times in measured.items()
    ]
    title = f"Over HTTP, warm: {len(asked)} answers; ready {start_s:.1f} s after the command"
    return Part(
        [Table(title, ("until", "p50 ms", "p95 ms"), tuple(rows))],
        targets=[
            _target("first event over HTTP, p50", measured["first event"], FIRST_EVENT_MS),
            _target("whole answer over HTTP, p50", whole, WHOLE_MS),
        ],
    )


def _target(what: str, times: Sequence[float], most_ms: int) -> Target:
    middle = percentile(times, 50)
    return Target(what, f"{middle:.1f} ms", "", "", f"at most {most_ms} ms", met=middle <= most_ms)


@contextmanager
def _serving(library: Path) -> Iterator[tuple[str, int, float]]:
    """Lend the host and port of a server, and how many seconds it took to be ready."""
    # A quota is no part of what is measured.
    environ = {**os.environ, "PEELBACK_SERVE_VISITOR_PER_MINUTE": "0", "PYTHONPATH": str(ROOT)}
    run = [sys.executable, "-c", "from api.cli import main; main()", "--library", str(library)]
    started = perf_counter()
    with subprocess.Popen(  # noqa: S603  # our own code
        [*run, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True, env=environ
    ) as server:
        assert server.stderr is not None  # noqa: S101  # it is piped
        said: list[str] = []
        for line in server.stderr:
            said.append(line)
            if line.startswith("ready: http://"):
                break
        else:
            raise FailedCommand(f"peelback serve: {''.join(said).strip()}")
        host, _, port = said[-1].removeprefix("ready: http://").strip().partition(":")
        # What it logs from now on has to go somewhere, or it waits for a reader.
        draining = threading.Thread(target=server.stderr.read)
        draining.start()
        try:
            yield host, int(port), perf_counter() - started
        finally:
            server.terminate()
            server.wait()
            draining.join()


def _streamed(connection: HTTPConnection, question: Question) -> tuple[float, float]:
    """Return the milliseconds until the first event and until the end."""
    started = perf_counter()
    _ask(connection, question, "text/event-stream")
    response = connection.getresponse()
    response.readline()
    first = perf_counter()
    response.read()
    return (first - started) * 1000, (perf_counter() - started) * 1000


def _whole(connection: HTTPConnection, question: Question) -> float:
    """Return the milliseconds until the whole answer is read as JSON."""
    started = perf_counter()
    _ask(connection, question, "application/json")
    json.loads(connection.getresponse().read())
    return (perf_counter() - started) * 1000


def _ask(connection: HTTPConnection, question: Question, accept: str) -> None:
    body = {"question": question.text, "history": list(question.history)}
    headers = {"Content-Type": "application/json", "Accept": accept}
    connection.request("POST", "/v1/answers", json.dumps(body), headers)
