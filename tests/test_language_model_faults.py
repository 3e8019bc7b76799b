"""Whatever the language model's server does, the question is answered; nothing half is shown."""

import gzip
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import pytest

from index.bodies import BodyRegistry
from index.embedding import Embedder
from rag.answers import Answer, Mode, Question, SentenceKind
from rag.assembly import open_embedder, open_library, open_writer
from rag.events import Answered, AnswerEvent, Cancelled, SentenceVerified
from rag.language_model.settings import LanguageModelSettings
from rag.pipeline import Assistant
from rag.reading import PlainReader
from rag.settings import Settings
from rag.wire import answer_json
from tests.llm_endpoints import (
    HEAD,
    Behaviour,
    ScriptedEndpoint,
    chunk,
    endless,
    in_turn,
    refusing,
    resetting,
    saying,
    scripted_endpoint,
    sending,
)

SUPERVISION = "What did the inspectors say about supervision in Osterfell?"
ASKED = Question(SUPERVISION, mode=Mode.LLM)
HALF = "This half of a sentence is never sho"
BEGUN = chunk("[S1]\n" + HALF)
FAIL_FAST = {"connect_s": 0.5, "first_byte_s": 0.6, "idle_s": 0.4, "total_s": 1.5}
LONGEST_S = 20.0
"""Ten times the longest time-out of these tests: nothing hangs, however busy the machine is."""


def typed(kind: str) -> str:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n"


def body(text: bytes) -> tuple[str, bytes]:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {len(text)}"
    return f"{head}\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n", text


FAULTS: dict[str, tuple[Behaviour, str]] = {
    "wrong key": (refusing(401), "status 401"),
    "no such model": (refusing(404), "status 404"),
    "too many requests": (refusing(429, extra="Retry-After: 3600\r\n"), "status 429"),
    "fault of its own": (refusing(500), "status 500"),
    "overloaded": (refusing(503, body="<html>busy</html>"), "status 503"),
    "sent elsewhere": (refusing(302, extra="Location: http://127.0.0.1:9/\r\n"), "status 302"),
    "silent": (sending(hang=True), "did not begin"),
    "only a head": (sending(HEAD, hang=True), "did not begin"),
    "a letter at a time": (endless("d", pause_s=0.1), "did not begin"),
    "only comments": (endless(": still here\n\n", pause_s=0.05), "did not begin"),
    "reset at once": (resetting(), "could not be reached"),
    "closed at once": (sending(), "could not be reached"),
    "no HTTP": (sending("HELLO\r\n\r\n"), "could not be reached"),
    "a page": (sending(typed("text/html"), "<html><p>Log in</p></html>"), "broke off"),
    "an empty stream": (sending(HEAD), "broke off"),
    "broken JSON": (sending(HEAD, 'data: {"choices": [\n\n'), "shape of chat"),
    "another shape": (sending(HEAD, 'data: {"choices": "yes"}\n\n'), "shape of chat"),
    "no choices": (sending(HEAD, 'data: {"foo": 1}\n\n'), "shape of chat"),
    "text that is no text": (
        sending(HEAD, chunk(finish="stop", content=["a"])),  # type: ignore[arg-type]
        "shape of chat",
    ),
    "nested without end": (sending(HEAD, f"data: {'[' * 100_000}\n\n"), "shape of chat"),
    "no UTF-8": (sending(HEAD, b"data: \xff\xfe\xfa\n\n"), "shape of chat"),
    "a megabyte of one line": (endless("x" * 65536), "far longer"),
    "words without end": (endless(chunk("more and more ")), "longer than asked"),
    "compressed": (sending(*body(gzip.compress(b"x" * 10_000_000))), "cannot be read"),
    "an error in the stream": (
        sending(HEAD, BEGUN, 'data: {"error": {"message": "out of memory"}}\n\n'),
        "shape of chat",
    ),
    "closed in the middle": (sending(HEAD, BEGUN), "broke off"),
    "reset in the middle": (resetting(HEAD, BEGUN), "broke off"),
    "stopped in the middle": (sending(HEAD, BEGUN, hang=True), "stopped in the middle"),
    "no end": (sending(HEAD, BEGUN, "data: [DONE]\n\n"), "broke off"),
    "cut at its length": (saying("[S1]\n" + HALF, finish="length"), "cut off at its length"),
    "filtered": (saying("[S1]\n" + HALF, finish="content_filter"), "declined"),
    "refused": (sending(HEAD, chunk(refusal="I will not.")), "declined"),
    "a tool called for": (saying("[S1]\n" + HALF, finish="tool_calls"), "shape of chat"),
    "a word at a time, for ever": (endless(chunk("word "), pause_s=0.2), "took too long"),
    "nothing at all": (saying(""), "prove nothing"),
    "only what is not proven": (saying("All is well in every force. [S1]"), "prove nothing"),
}


@pytest.fixture(scope="module")
def embedder(sample_settings: Settings) -> Embedder:
    return open_embedder(sample_settings)


@pytest.fixture(scope="module")
def opened(sample_settings: Settings, embedder: Embedder) -> Callable[..., Assistant]:
    """Open an assistant whose language model is at an address; each has its own breaker."""

    def of(base_url: str, **settings: float) -> Assistant:
        fitted = LanguageModelSettings(base_url, "m", **{**FAIL_FAST, **settings})  # type: ignore[arg-type]
        return Assistant(
            library=open_library(sample_settings, embedder=embedder),
            embedder=embedder,
            reader=PlainReader.load(),
            registry=BodyRegistry.load(),
            settings=sample_settings,
            writer=open_writer(fitted),
        )

    return of


@pytest.fixture(scope="module")
def endpoint() -> Iterator[ScriptedEndpoint]:
    with scripted_endpoint() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def plain(sample_assistant: Assistant) -> Answer:
    return sample_assistant.answer(Question(SUPERVISION))


@contextmanager
def closing(assistant: Assistant) -> Iterator[Assistant]:
    try:
        yield assistant
    finally:
        assistant.close()


def shown(events: list[AnswerEvent]) -> list[SentenceVerified]:
    return [event for event in events if isinstance(event, SentenceVerified)]


def parts(answer: Answer) -> dict[str, object]:
    """Return what a reader sees of an answer, but for whether a language model was asked."""
    apart = ("timings_ms", "degraded", "id")
    return {name: value for name, value in answer_json(answer).items() if name not in apart}


def check_fault(assistant: Assistant, endpoint: ScriptedEndpoint, plain: Answer, why: str) -> None:
    started = monotonic()
    events = list(assistant.stream(ASKED))
    assert monotonic() - started < LONGEST_S
    assert [isinstance(event, Answered) for event in events].count(True) == 1
    assert isinstance(events[-1], Answered)
    answer = events[-1].answer
    assert answer.degraded is not None
    assert why in answer.degraded
    assert answer.degraded.endswith(".")
    assert parts(answer) == parts(plain)
    assert all(event.sentence.text in quotes(plain) for event in shown(events))
    assert endpoint.idle_within(1.0)


def quotes(answer: Answer) -> set[str]:
    return {citation.quote for citation in answer.citations}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_and_the_quotes_are_given(opened, endpoint, plain, name):
    endpoint.behave, why = FAULTS[name]
    with closing(opened(endpoint.base_url)) as assistant:
        check_fault(assistant, endpoint, plain, why)


@pytest.mark.full
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_as_well_borne_the_tenth_time(opened, endpoint, plain, name):
    endpoint.behave, why = FAULTS[name]
    for _ in range(10):
        with closing(opened(endpoint.base_url)) as assistant:
            check_fault(assistant, endpoint, plain, why)


@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-host.invalid"])
def test_where_nobody_listens_nothing_is_waited_for(opened, plain, host):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with closing(opened(f"http://{host}:{port}/v1")) as assistant:
        answer = assistant.answer(ASKED)
    assert answer.degraded == "The language model's server could not be reached."
    assert parts(answer) == parts(plain)


def test_what_is_busy_once_is_asked_once_more(opened, endpoint, plain):
    endpoint.behave = in_turn(refusing(503), saying("[S2]"))
    endpoint.heard.clear()
    with closing(opened(endpoint.base_url)) as assistant:
        answer = assistant.answer(ASKED)
    assert len(endpoint.heard) == 2
    assert (answer.mode, answer.degraded) == (Mode.LLM, None)
    assert [sentence.text for sentence in answer.sentences] == [plain.sentences[1].text]


def test_what_has_begun_is_not_asked_again(opened, endpoint):
    endpoint.behave = in_turn(sending(HEAD, BEGUN), saying("[S2]"))
    endpoint.heard.clear()
    with closing(opened(endpoint.base_url)) as assistant:
        assert assistant.answer(ASKED).mode is Mode.EXTRACTIVE
    assert len(endpoint.heard) == 1


def test_an_endpoint_that_fails_five_times_is_left_alone(opened, endpoint):
    endpoint.behave = refusing(401)
    endpoint.heard.clear()
    with closing(opened(endpoint.base_url)) as assistant:
        reasons = [assistant.answer(ASKED).degraded for _ in range(7)]
    assert len(endpoint.heard) == 5
    assert reasons[5] == reasons[6]
    assert reasons[5] is not None
    assert "left alone" in reasons[5]


@pytest.mark.parametrize(
    "behaviour",
    [sending(hang=True), sending(HEAD, BEGUN, hang=True), endless(chunk("word "), pause_s=0.05)],
    ids=["silent", "in the middle", "talking"],
)
def test_a_question_taken_back_closes_the_connection_within_a_second(opened, endpoint, behaviour):
    endpoint.behave = behaviour
    limits = {"first_byte_s": 30.0, "idle_s": 30.0, "total_s": 30.0}
    with closing(opened(endpoint.base_url, **limits)) as assistant:
        gone_at = monotonic() + 0.5
        with pytest.raises(Cancelled):
            list(assistant.stream(ASKED, cancelled=lambda: monotonic() > gone_at))
        assert monotonic() - gone_at < 1.0
        assert endpoint.idle_within(gone_at + 1.0 - monotonic())


def test_a_stream_that_is_no_longer_read_closes_the_connection(opened, endpoint):
    endpoint.behave = sending(HEAD, BEGUN, hang=True)
    with closing(opened(endpoint.base_url, idle_s=30.0, total_s=30.0)) as assistant:
        events = assistant.stream(ASKED)
        first = next(event for event in events if isinstance(event, SentenceVerified))
        assert first.sentence.kind is SentenceKind.VERBATIM
        events.close()  # type: ignore[attr-defined]
        assert endpoint.idle_within(1.0)


def test_the_key_and_nothing_of_this_machine_is_sent(opened, endpoint, monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "another-programs-secret")
    endpoint.behave = saying("[S1]")
    endpoint.heard.clear()
    for settings in ({"api_key": "our-key"}, {}):
        with closing(opened(endpoint.base_url, **settings)) as assistant:
            assert assistant.answer(ASKED).mode is Mode.LLM
    keyed, keyless = endpoint.heard
    assert keyed.path == "/v1/chat/completions"
    assert keyed.headers["authorization"] == "Bearer our-key"
    assert set(keyless.headers) == {
        "host", "accept", "content-type", "content-length", "accept-encoding"
    }  # fmt: skip
    assert "another-programs-secret" not in str([heard.headers for heard in endpoint.heard])
