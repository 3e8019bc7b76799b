"""An answer as server-sent events: the same as the JSON, one end, and failures in their place."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.http.accepting import wants_events
from api.http.app import create_app
from api.http.serving_settings import ServingSettings
from index.errors import LibraryCorrupt, LibraryLocked
from rag.answers import Scope
from rag.events import PassagesFound

QUESTIONS = (
    "What did the inspectors say about supervision in Wrenmoor Constabulary?",
    "List the areas for improvement in Osterfell",
    "Compare sickness in Osterfell Police and Wrenmoor Constabulary",
    "Who won the football world cup in 1966?",
    "What did HMICFRS say about Kent Police?",
)
EVENTS = {"Accept": "text/event-stream"}
NOTHING_FOUND = PassagesFound((), Scope())


@pytest.fixture(scope="module")
def client(sample_assistant) -> Iterator[TestClient]:
    with TestClient(create_app(sample_assistant)) as client:
        yield client


class Scripted:
    """An assistant that says its events and raises its errors; ``wait`` sleeps before each."""

    def __init__(self, *steps: object, wait_s: float = 0.0) -> None:
        self.steps = steps
        self.wait_s = wait_s

    def stream(self, question: object, *, cancelled: object, account: str) -> Iterator[object]:
        for step in self.steps:
            time.sleep(self.wait_s)
            if isinstance(step, Exception):
                raise step
            yield step


def scripted_client(*steps: object, wait_s: float = 0.0, deadline_s: float = 10.0) -> TestClient:
    serving = ServingSettings(deadline_s=deadline_s)
    app = create_app(Scripted(*steps, wait_s=wait_s), serving=serving)  # type: ignore[arg-type]
    return TestClient(app)


def events_of(response: Any) -> list[tuple[str, Any]]:
    """Return the events' names and data, read as the specification has it."""
    blocks = [block.split("\n") for block in response.text.split("\n\n")[:-1]]
    fields = [dict(line.split(": ", 1) for line in block) for block in blocks]
    return [(field["event"], json.loads(field["data"])) for field in fields]


def asked(client: TestClient, question: str = QUESTIONS[0]) -> list[tuple[str, Any]]:
    response = client.post("/v1/answers", json={"question": question}, headers=EVENTS)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    return events_of(response)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_last_event_is_the_answer_as_json_has_it(client, question):
    *_, (name, streamed) = asked(client, question)
    whole = client.post("/v1/answers", json={"question": question}).json()
    streamed.pop("timings_ms")
    whole.pop("timings_ms")
    assert (name, streamed) == ("answer", whole)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_events_before_it_are_its_parts_in_order(client, question):
    *before, (_, answer) = asked(client, question)
    sentences = [data for name, data in before if name == "sentence"]
    assert [data["sentence"] for data in sentences] == answer["sentences"]
    assert [c for data in sentences for c in data["citations"]] == answer["citations"]
    names = [name for name, _ in before]
    assert names == ["passages"] * (len(before) - len(sentences)) + ["sentence"] * len(sentences)
    assert names.count("passages") <= 1


def test_a_failure_before_the_first_event_has_its_status():
    response = scripted_client(LibraryLocked("x")).post(
        "/v1/answers", json={"question": "x"}, headers=EVENTS
    )
    assert response.status_code == 503
    assert response.json()["type"] == "urn:peelback:problem:library-locked"


def test_a_failure_after_it_is_the_one_terminal_event():
    events = asked(scripted_client(NOTHING_FOUND, LibraryCorrupt("/srv/secret.db is torn")))
    assert [name for name, _ in events] == ["passages", "problem"]
    assert events[-1][1]["type"] == "urn:peelback:problem:library-corrupt"
    assert "secret" not in str(events)


def test_an_unforeseen_failure_after_it_tells_nothing_of_itself():
    events = asked(scripted_client(NOTHING_FOUND, RuntimeError("/srv/secret.db")))
    assert [name for name, _ in events] == ["passages", "problem"]
    assert events[-1][1]["type"] == "urn:peelback:problem:internal"
    assert "secret" not in str(events)


def test_a_stream_that_takes_too_long_ends_in_a_problem():
    events = asked(scripted_client(NOTHING_FOUND, NOTHING_FOUND, wait_s=0.3, deadline_s=0.45))
    assert [name for name, _ in events] == ["passages", "problem"]
    assert events[-1][1]["type"] == "urn:peelback:problem:too-slow"


def test_an_answer_that_takes_too_long_is_a_problem_that_says_when_to_ask_again():
    response = scripted_client(NOTHING_FOUND, wait_s=0.5, deadline_s=0.1).post(
        "/v1/answers", json={"question": "x"}
    )
    assert response.status_code == 503
    assert response.json()["type"] == "urn:peelback:problem:too-slow"
    assert response.headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("accept", "events"),
    [
        ("text/event-stream", True),
        ("Text/Event-Stream;q=0.1", True),
        ("text/event-stream, application/json;q=0.5", True),
        ("text/event-stream;q=0.5, application/json", False),
        ("application/json, text/event-stream", False),
        ("text/event-stream, application/json", True),
        ("text/event-stream;q=0", False),
        ("text/event-stream;q=x", False),
        ("*/*", False),
        ("", False),
        (",;,", False),
    ],
)
def test_events_are_sent_to_whom_would_rather_have_them(accept, events):
    assert wants_events(accept) is events
