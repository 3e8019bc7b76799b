"""A real server under strain: who goes away, who comes too many, and how it stops."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from api.http.app import create_app
from api.http.problems import PROBLEMS, Draining
from api.http.serving_settings import ServingSettings
from index.errors import LibraryCorrupt
from rag.answers import Scope
from rag.events import Cancelled, PassagesFound
from tests.serving import served

QUESTION = {"question": "What did the inspectors say about supervision in Wrenmoor Constabulary?"}
RUN = "from api.cli import main; main()"
SOON_S = 1.0
"""A client that has gone has to have its slot freed in this time."""


class Patient:
    """An assistant that works for ``work_s`` on each question, and asks if anybody waits still."""

    def __init__(self, *, work_s: float) -> None:
        self.work_s = work_s
        self.at_work = 0
        self.left_off = 0

    def stream(
        self, question: object, *, cancelled: Callable[[], bool], account: str
    ) -> Iterator[object]:
        self.at_work += 1
        try:
            yield PassagesFound((), Scope())
            until = time.monotonic() + self.work_s
            while time.monotonic() < until:
                if cancelled():
                    self.left_off += 1
                    raise Cancelled("taken back")
                time.sleep(0.005)
            raise LibraryCorrupt("the end of the work")
        finally:
            self.at_work -= 1

    def search(self, text: object, scope: object, *, k: int) -> None:
        """Be warm at once."""

    def edition(self) -> None:
        """Be readable."""


def app_of(assistant: object, **serving: object):
    return create_app(assistant, serving=ServingSettings(**serving))  # type: ignore[arg-type]


def send(url: str, *, events: bool) -> socket.socket:
    """Return a connection on which a question has been asked."""
    host, port = url.removeprefix("http://").split(":")
    body = json.dumps(QUESTION).encode()
    connection = socket.create_connection((host, int(port)))
    accept = "text/event-stream" if events else "application/json"
    head = (
        f"POST /v1/answers HTTP/1.1\r\nHost: {host}\r\nAccept: {accept}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection.sendall(head.encode() + body)
    return connection


def eventually(holds: Callable[[], bool], *, within_s: float = SOON_S) -> bool:
    until = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.005)
    return True


def in_hand(url: str) -> int:
    lines = httpx2.get(f"{url}/metrics").text.splitlines()
    (line,) = (line for line in lines if line.startswith('peelback_calls_in_hand{pool="answers"}'))
    return int(float(line.split()[-1]))


@pytest.mark.parametrize("events", [True, False], ids=["streamed", "whole"])
def test_a_client_that_goes_away_frees_its_worker_within_a_second(events):
    assistant = Patient(work_s=30)
    with served(app_of(assistant, threads=1, waiting=0, deadline_s=60)) as url:
        for gone in range(1, 11):
            connection = send(url, events=events)
            assert eventually(lambda: assistant.at_work == 1)
            connection.close()
            assert eventually(lambda gone=gone: assistant.left_off == gone)
            assert eventually(lambda: in_hand(url) == 0)


def test_a_client_that_goes_away_leaves_the_queue_within_a_second():
    assistant = Patient(work_s=30)
    with served(app_of(assistant, threads=1, waiting=1, deadline_s=60)) as url:
        first = send(url, events=True)
        assert eventually(lambda: assistant.at_work == 1)
        for _ in range(10):
            queued = send(url, events=False)
            assert eventually(lambda: in_hand(url) == 2)
            queued.close()
            assert eventually(lambda: in_hand(url) == 1)
        first.close()
        assert eventually(lambda: in_hand(url) == 0)


def test_more_than_the_queue_holds_are_refused_at_once_and_the_rest_is_served():
    assistant = Patient(work_s=0.2)
    with served(app_of(assistant, threads=2, waiting=2)) as url, ThreadPoolExecutor(12) as crowd:
        ask = lambda _: httpx2.post(f"{url}/v1/answers", json=QUESTION, timeout=20)  # noqa: E731
        replies = list(crowd.map(ask, range(12)))
        slugs = [reply.json()["type"].removeprefix("urn:peelback:problem:") for reply in replies]
        refused = [reply for reply in replies if reply.json()["type"].endswith(":busy")]
        # The end of this assistant's work is a problem of its own.
        assert set(slugs) == {"busy", "library-corrupt"}
        assert slugs.count("library-corrupt") >= 4
        assert {reply.status_code for reply in refused} == {503}
        assert {reply.headers["Retry-After"] for reply in refused} == {"5"}
        assert max(reply.elapsed.total_seconds() for reply in refused) < SOON_S
        assert in_hand(url) == 0


def test_health_is_told_while_every_worker_is_taken():
    with served(app_of(Patient(work_s=30), threads=1, waiting=0, deadline_s=60)) as url:
        taken = send(url, events=True)
        assert eventually(lambda: in_hand(url) == 1)
        assert eventually(lambda: httpx2.get(f"{url}/readyz").status_code == 200)
        assert httpx2.get(f"{url}/livez").json() == {"status": "alive"}
        taken.close()


class Packing(Patient):
    """A patient one whose library is not read before the test lets it be."""

    def __init__(self) -> None:
        super().__init__(work_s=0)
        self.library = self
        self.let = threading.Event()

    def snapshot(self) -> None:
        self.let.wait(60)
        raise LibraryCorrupt("the end of the work")


def test_response_packs_that_are_written_hold_up_no_answer():
    assistant = Packing()
    serving = app_of(assistant, threads=1, waiting=0, deadline_s=60)
    with served(serving) as url, ThreadPoolExecutor(12) as crowd:
        pack = lambda _: httpx2.get(f"{url}/actions.docx", timeout=20).json()["type"]  # noqa: E731
        packs = [crowd.submit(pack, number) for number in range(12)]
        assert eventually(lambda: sum(each.done() for each in packs) == 7)
        answer = httpx2.post(f"{url}/v1/answers", json=QUESTION, timeout=20)
        assert answer.json()["type"].endswith(":library-corrupt")
        assistant.let.set()
        slugs = [each.result().rpartition(":")[2] for each in packs]
        assert (slugs.count("busy"), slugs.count("library-corrupt")) == (7, 5)


class Reading:
    """An assistant whose library is as a test needs it."""

    def __init__(self, *, error: Exception | None = None, wait_s: float = 0.0) -> None:
        self.error = error
        self.wait_s = wait_s

    def search(self, text: object, scope: object, *, k: int) -> None:
        self.edition()

    def edition(self) -> None:
        time.sleep(self.wait_s)
        if self.error is not None:
            raise self.error


@pytest.fixture
def reading() -> Reading:
    return Reading()


def readiness(client: TestClient) -> tuple[int, str]:
    reply = client.get("/readyz")
    body = reply.json()
    return reply.status_code, body.get("type", body["status"])


def test_the_server_is_alive_but_not_ready_before_its_first_answer(reading):
    reading.wait_s = 0.3
    with TestClient(app_of(reading)) as client:
        assert readiness(client) == (503, "urn:peelback:problem:warming-up")
        assert client.get("/livez").status_code == 200
        reading.wait_s = 0.0
        assert eventually(lambda: readiness(client) == (200, "ready"), within_s=5)


def test_the_server_is_not_ready_while_its_library_cannot_be_read_and_ready_again_after(reading):
    with TestClient(app_of(reading)) as client:
        assert eventually(lambda: readiness(client) == (200, "ready"), within_s=5)
        reading.error = LibraryCorrupt("/srv/secret.db")
        assert readiness(client) == (503, "urn:peelback:problem:library-corrupt")
        assert client.get("/livez").status_code == 200
        reading.error = None
        assert readiness(client) == (200, "ready")


@pytest.mark.parametrize("error", [LibraryCorrupt("torn"), ValueError("not foreseen")])
def test_a_server_that_starts_with_a_damaged_library_lives_and_is_ready_once_it_is_mended(
    reading, error
):
    reading.error = error
    with TestClient(app_of(reading)) as client:
        assert readiness(client) == (503, "urn:peelback:problem:warming-up")
        reading.error = None
        assert eventually(lambda: readiness(client) == (200, "ready"), within_s=5)


def test_a_server_that_drains_is_not_ready_and_takes_in_nothing(reading):
    app = app_of(reading)
    with TestClient(app) as client:
        assert eventually(lambda: readiness(client) == (200, "ready"), within_s=5)
        app.readiness.drain()
        assert readiness(client) == (503, "urn:peelback:problem:draining")
        refused = client.post("/v1/answers", json=QUESTION)
        assert refused.status_code == PROBLEMS[Draining].status
        assert refused.json()["type"] == "urn:peelback:problem:draining"
        assert client.get("/livez").status_code == 200


@pytest.fixture
def server(sample_settings, tmp_path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that serves the sample reports, and its address."""
    environ = {name: value for name, value in os.environ.items() if "PEELBACK" not in name}
    library = str(sample_settings.library)
    process = subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "-c", RUN, "--library", library, "serve", "--port", "0"],
        cwd=Path(__file__).parents[1],
        env=environ | {"PEELBACK_SERVE_FEEDBACK": str(tmp_path / "feedback.jsonl")},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    ready = next(line for line in process.stderr if line.startswith("ready: "))
    # A pipe that nobody reads fills with log lines, and the server waits to write the next.
    reading = threading.Thread(target=process.stderr.read)
    reading.start()
    yield process, ready.removeprefix("ready: ").strip()
    process.kill()
    process.wait()
    reading.join()
    process.stderr.close()


def test_sigterm_finishes_what_was_accepted_and_refuses_the_rest(server):
    process, url = server
    replies: list[httpx2.Response] = []
    failures: list[Exception] = []
    stop = threading.Event()

    def ask() -> None:
        with httpx2.Client(timeout=20) as client:
            while not stop.is_set():
                try:
                    replies.append(client.post(f"{url}/v1/answers", json=QUESTION))
                except httpx2.ConnectError:
                    return  # nobody listens any more, and nothing was accepted
                except httpx2.HTTPError as error:
                    failures.append(error)
                    return

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    assert eventually(lambda: len(replies) > 8, within_s=20)
    told = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert eventually(lambda: httpx2.get(f"{url}/readyz").status_code == 503)
    assert process.wait(10) == 0
    assert time.monotonic() - told < 10
    stop.set()
    for asker in askers:
        asker.join(20)
    kinds = {reply.status_code for reply in replies}
    assert kinds == {200, 503}
    refusals = {reply.json()["type"] for reply in replies if reply.status_code == 503}
    assert refusals == {"urn:peelback:problem:draining"}
    # A connection that was kept open may be closed as a request sets out on it.
    assert {type(failure) for failure in failures} <= {
        httpx2.RemoteProtocolError,
        httpx2.ReadError,
        httpx2.WriteError,
    }
