"""What a request leaves behind: an id, a line, a count, and nothing of what was asked."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.http.app import create_app
from api.http.problems import PROBLEMS
from api.http.server_log import JsonLines, TextLines
from index.errors import PeelbackError

QUESTION = "What did the inspectors say about Zanzibar's supervision in Wrenmoor Constabulary?"
SECRET = "/srv/private/library.db holds Zanzibar"  # noqa: S105  # a word to look for
REQUESTS = "api.http.request_log"


@pytest.fixture(scope="module")
def client(sample_assistant) -> Iterator[TestClient]:
    with TestClient(create_app(sample_assistant)) as client:
        yield client


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged from INFO up, as JSON lines."""
    page, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(page), root.level
    handler.setFormatter(JsonLines())
    handler.addFilter(lambda record: not record.name.startswith("httpx"))  # the tests' own client
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield page
    root.removeHandler(handler)
    root.setLevel(level)


def lines(log: io.StringIO, logger: str) -> list[dict[str, object]]:
    read = [json.loads(line) for line in log.getvalue().splitlines()]
    return [line for line in read if line["logger"] == logger]


class Faulty:
    """An assistant whose every answer fails, before its first event or after."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def stream(self, question: object, *, cancelled: object, account: str) -> object:
        raise self.error


class Odd(Exception):
    """Nobody foresaw this."""


ERRORS = [error for error in PROBLEMS if error.__init__ is PeelbackError.__init__]
BUILTIN = [ValueError, KeyError, OSError, RuntimeError, MemoryError, AssertionError, Odd]


def faults() -> list[Exception]:
    """Return a hundred failures that all tell a secret."""
    kinds = [*ERRORS, *BUILTIN]
    return [kinds[number % len(kinds)](SECRET) for number in range(100)]


def test_a_hundred_forced_faults_tell_no_path_and_no_traceback(log):
    leaks = []
    assistant = Faulty(Odd())
    client = TestClient(create_app(assistant))  # type: ignore[arg-type]
    for number, fault in enumerate(faults()):
        assistant.error = fault
        accept = "text/event-stream" if number % 2 else "application/json"
        reply = client.post("/v1/answers", json={"question": QUESTION}, headers={"Accept": accept})
        body = reply.json()
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert body["request_id"] == reply.headers["X-Request-Id"]
        told = reply.text + str(reply.headers)
        if any(word in told for word in ("Zanzibar", "/srv", "Traceback", ".py", "Odd")):
            leaks.append(type(fault))
    assert leaks == []


def test_an_unforeseen_failure_is_logged_by_class_and_place_alone(log):
    app = create_app(Faulty(Odd(SECRET)))  # type: ignore[arg-type]
    TestClient(app).post("/v1/answers", json={"question": QUESTION})
    (line,) = lines(log, "api.http.failures")
    assert (line["event"], line["error"]) == ("unforeseen", "Odd")
    assert line["frames"][-1].endswith(" stream")
    assert "Zanzibar" not in log.getvalue()


def test_a_request_is_logged_by_its_route_and_not_by_what_was_asked(client, log):
    client.post("/v1/answers", json={"question": QUESTION}, headers={"X-Request-Id": "page-7"})
    client.get("/v1/reports/Zanzibar")
    client.get("/Zanzibar")
    read = lines(log, REQUESTS)
    assert [(line["route"], line["status"]) for line in read] == [
        ("/v1/answers", 200),
        ("/v1/reports/{report_id}", 404),
        ("none", 404),
    ]
    assert read[0]["request_id"] == "page-7"
    assert "Zanzibar" not in log.getvalue()


def test_the_metrics_count_by_status_route_and_stage_and_hold_no_question(client):
    client.post("/v1/answers", json={"question": QUESTION})
    client.post("/v1/search", json={"query": "Zanzibar"})
    client.get("/v1/compare", params={"topic": "Zanzibar"})
    client.get("/v1/passages/Zanzibar")
    client.request("ZANZIBAR", "/Zanzibar")
    text = client.get("/metrics").text
    assert "zanzibar" not in text.lower()
    for wanted in (
        'peelback_requests_total{method="POST",route="/v1/search",status="200"}',
        'peelback_requests_total{method="GET",route="/v1/passages/{passage_id}",status="404"}',
        'peelback_requests_total{method="other",route="none",status="404"}',
        'peelback_request_seconds_bucket{le="0.08",route="/v1/answers"}',
        'peelback_answers_total{degraded="no",mode="extractive",status=',
        'peelback_answer_stage_seconds_count{stage="retrieve"}',
        'peelback_calls_in_hand{pool="answers"} 0.0',
    ):
        assert wanted in text, wanted


def test_paths_that_clients_make_up_become_no_label(client):
    client.get("/metrics")
    before = client.get("/metrics").text.count("\n")
    for number in range(50):
        client.get(f"/made-up-{number}")
        client.get(f"/v1/reports/made-up-{number}")
    # The one template was not asked for before, at most: its counter and its histogram.
    assert client.get("/metrics").text.count("\n") - before <= 25


@pytest.mark.parametrize("given", ["a", "9f.b_c-D", "x" * 64])
def test_a_sane_request_id_is_kept(client, given):
    reply = client.get("/livez", headers={"X-Request-Id": given})
    assert reply.headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "<b>", 'a"', "ä", "a\tb"])
def test_any_other_is_replaced(client, given):
    headers = {"X-Request-Id": given.encode("latin-1")}
    reply = client.get("/v1/reports/none", headers=headers)
    made = reply.headers["X-Request-Id"]
    assert len(made) == 32
    assert int(made, 16) >= 0
    assert reply.json()["request_id"] == made


def test_a_line_of_text_has_the_time_the_level_the_event_and_its_fields():
    record = logging.makeLogRecord(
        {"name": "x", "levelname": "INFO", "msg": "request", "status": 200, "key": None}
    )
    record.created = 0.5
    assert TextLines().format(record) == "1970-01-01T00:00:00.500Z INFO request status=200"
