"""One question, every door: the same sentences, citations and quotes, to the letter.

The widget's part is in the tests that drive a browser.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import anyio
import httpx2
import pytest
from click.testing import CliRunner
from mcp import Client
from openai import OpenAI

from api.cli import cli
from api.comparison_text import comparison_json
from api.http.app import create_app
from api.mcp.opening import OpenedLater
from api.mcp.server import create_server
from rag.answers import Question
from rag.pipeline import Assistant
from rag.settings import Settings
from rag.wire import answer_json
from tests.serving import served

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    status: str
    question: str
    history: tuple[str, ...] = ()


SUPERVISION = "What did the inspectors say about supervision in Wrenmoor Constabulary?"
QUESTIONS = {
    "an answer": Asked("answered", SUPERVISION),
    "a refusal": Asked("no_matching_reports", "What is the 999 answer time in Kent?"),
    "a list": Asked("answered", "List the areas for improvement for Osterfell Police"),
    "a judgement": Asked("answered", "What grade was Wrenmoor given for preventing crime?"),
    "a comparison": Asked(
        "answered", "Compare supervision in Osterfell Police and Wrenmoor Constabulary"
    ),
    "a follow-up": Asked("answered", "And what about victims?", (SUPERVISION,)),
}


class Doors:
    """Every way in: each returns the whole answer as JSON, and what a person is shown of it."""

    def __init__(self, settings: Settings, assistant: Assistant, address: str) -> None:
        self.settings = settings
        self.address = address
        self.tools = create_server(OpenedLater(lambda: assistant))

    def command_line(self, asked: Asked) -> tuple[Answer, str]:
        after = [part for text in asked.history for part in ("--after", text)]
        library = ("--library", str(self.settings.library))
        done = CliRunner().invoke(cli, [*library, "ask", asked.question, *after, "--json"])
        answer = json.loads(done.stdout)
        return answer, answer["text"] or answer["reason"]

    def http(self, asked: Asked) -> tuple[Answer, str]:
        answer = self._post("/v1/answers", _question(asked)).json()
        return answer, answer["text"] or answer["reason"]

    def events(self, asked: Asked) -> tuple[Answer, str]:
        accept = {"Accept": "text/event-stream"}
        text = self._post("/v1/answers", _question(asked), headers=accept).text
        events = [_event(block) for block in text.split("\n\n") if block.strip()]
        sentences = [data for name, data in events if name == "sentence"]
        last, answer = events[-1]
        assert last == "answer"
        assert [data["sentence"] for data in sentences] == answer["sentences"]
        cited = [one for data in sentences for one in data["citations"]]
        assert sorted(cited, key=lambda one: one["number"]) == answer["citations"]
        return answer, answer["text"] or answer["reason"]

    def chat(self, asked: Asked) -> tuple[Answer, str]:
        with self._openai() as client:
            completion = client.chat.completions.create(model="peelback", messages=_messages(asked))
        return completion.peelback, completion.choices[0].message.content

    def streamed_chat(self, asked: Asked) -> tuple[Answer, str]:
        with self._openai() as client:
            chunks = list(
                client.chat.completions.create(
                    model="peelback", messages=_messages(asked), stream=True
                )
            )
        return chunks[-1].peelback, "".join(c.choices[0].delta.content or "" for c in chunks)

    def mcp(self, asked: Asked) -> tuple[Answer, str]:
        arguments = {"question": asked.question, "history": list(asked.history)}

        async def call() -> Any:
            async with Client(self.tools) as client:
                return await client.call_tool("ask", arguments)

        result = anyio.run(call)
        return result.structured_content, result.content[0].text

    def _post(self, path: str, body: dict[str, Any], **more: Any) -> httpx2.Response:
        return httpx2.post(self.address + path, json=body, **more).raise_for_status()

    def _openai(self) -> OpenAI:
        return OpenAI(base_url=f"{self.address}/v1", api_key="none", max_retries=0)


DOORS: dict[str, Callable[[Doors, Asked], tuple[Answer, str]]] = {
    "command line": Doors.command_line,
    "HTTP": Doors.http,
    "events": Doors.events,
    "chat completion": Doors.chat,
    "streamed chat completion": Doors.streamed_chat,
    "MCP": Doors.mcp,
}


@pytest.fixture(scope="module")
def doors(sample_settings: Settings, sample_assistant: Assistant) -> Iterator[Doors]:
    with served(create_app(sample_assistant)) as address:
        yield Doors(sample_settings, sample_assistant, address)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", QUESTIONS)
def test_the_answer_is_the_same_at_every_door(doors, sample_assistant, door, name):
    asked = QUESTIONS[name]
    expected = answer_json(sample_assistant.answer(Question(asked.question, asked.history)))
    assert expected["status"] == asked.status
    assert bool(expected["citations"]) == (asked.status == "answered")
    answer, shown = DOORS[door](doors, asked)
    assert {**answer, "timings_ms": None} == {**expected, "timings_ms": None}
    assert _missing(expected, shown) == []


def test_what_the_command_line_prints_is_the_answer_with_its_quotes(doors, sample_assistant):
    expected = answer_json(sample_assistant.answer(Question(SUPERVISION)))
    library = ("--library", str(doors.settings.library))
    printed = CliRunner().invoke(cli, [*library, "ask", SUPERVISION]).stdout
    assert _missing(expected, printed) == []
    quotes = [{"text": citation["quote"]} for citation in expected["citations"]]
    assert _missing({"sentences": quotes}, printed) == []


def test_a_comparison_has_the_same_sides_at_every_door(doors, sample_assistant):
    topic, bodies = "supervision", ["Osterfell Police", "Wrenmoor Constabulary"]
    expected = comparison_json(sample_assistant.side_by_side(topic, bodies))
    by_body = [part for body in bodies for part in ("--body", body)]
    library = ("--library", str(doors.settings.library))
    printed = CliRunner().invoke(cli, [*library, "compare", topic, *by_body, "--json"])

    async def call() -> Any:
        async with Client(doors.tools) as client:
            return await client.call_tool("compare", {"topic": topic, "bodies": bodies})

    query = {"topic": topic, "body": bodies}
    found = [
        json.loads(printed.stdout),
        httpx2.get(f"{doors.address}/v1/compare", params=query).json(),
        anyio.run(call).structured_content,
    ]
    assert len(expected["sides"]) == 2
    assert [{**one, "timings_ms": None} for one in found] == [{**expected, "timings_ms": None}] * 3


def _missing(answer: Answer, shown: str) -> list[str]:
    """Return what a person ought to see and does not, white space aside."""
    seen = " ".join(shown.split())
    wanted = [sentence["text"] for sentence in answer["sentences"]] or [answer["reason"]]
    return [text for text in wanted if " ".join(text.split()) not in seen]


def _question(asked: Asked) -> dict[str, Any]:
    return {"question": asked.question, "history": list(asked.history)}


def _messages(asked: Asked) -> list[Any]:
    turns: list[dict[str, str]] = []
    for text in asked.history:
        turns += [{"role": "user", "content": text}, {"role": "assistant", "content": "…"}]
    return [*turns, {"role": "user", "content": asked.question}]


def _event(block: str) -> tuple[str, Any]:
    fields = dict(line.split(": ", 1) for line in block.splitlines())
    return fields["event"], json.loads(fields["data"])
