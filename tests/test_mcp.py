"""The library as tools: a stock client on real pipes, and what it is told when things go wrong."""

import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import jsonschema
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client

from api.mcp.opening import OpenedLater
from api.mcp.server import create_server
from index.errors import LibraryMissing
from rag.answers import Question, Scope
from rag.pipeline import Assistant
from rag.settings import Settings
from rag.wire import answer_json

WRENMOOR = "sample-wrenmoor-peel-2018-effectiveness"
QUESTION = "What did the inspectors say about supervision in Wrenmoor Constabulary?"
NAMES = ["ask", "search", "compare", "actions", "list_reports", "get_passage"]
CODE = "from api.cli import main; main()"


def command(*arguments: str) -> StdioServerParameters:
    return StdioServerParameters(
        command=sys.executable, args=["-c", CODE, *arguments], cwd=Path(__file__).parents[1]
    )


def with_client(server: Any, talk: Callable[[Client], Awaitable[Any]]) -> Any:
    """Return what ``talk`` returns of a client that is connected to the server."""

    async def connected() -> Any:
        async with Client(server) as client:
            return await talk(client)

    return anyio.run(connected)


@pytest.fixture
def call(sample_assistant: Assistant) -> Callable[..., Any]:
    """Calls a tool of a server in this process, the protocol between."""
    server = create_server(OpenedLater(lambda: sample_assistant))

    def call_tool(name: str, **arguments: Any) -> Any:
        return with_client(server, lambda client: client.call_tool(name, arguments))

    return call_tool


def test_a_stock_client_on_pipes_gets_the_librarys_own_answer(
    sample_settings: Settings, sample_assistant: Assistant
):
    async def talk(client: Client) -> tuple[Any, Any, Any]:
        tools = await client.list_tools()
        listed = await client.list_resources()
        return tools, listed, await client.call_tool("ask", {"question": QUESTION})

    server = stdio_client(command("--library", str(sample_settings.library), "mcp"))
    tools, listed, result = with_client(server, talk)
    assert [tool.name for tool in tools.tools] == NAMES
    assert [resource.name for resource in listed.resources] == [
        "sample-osterfell-peel-2021-22",
        WRENMOOR,
        "sample-wrenmoor-peel-2021-22",
    ]
    expected = answer_json(sample_assistant.answer(Question(QUESTION)))
    got = result.structured_content
    assert {**got, "timings_ms": None} == {**expected, "timings_ms": None}
    assert all(citation["quote"] for citation in got["citations"])


def test_stdout_carries_the_protocol_and_nothing_else(sample_settings: Settings):
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "hand", "version": "0"},
        },
    }
    lines = [
        hello,
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
    ]
    done = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", CODE, "--library", str(sample_settings.library), "mcp"],
        input="".join(f"{json.dumps(line)}\n" for line in lines),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=Path(__file__).parents[1],
    )
    replies = {reply["id"]: reply for reply in map(json.loads, done.stdout.splitlines())}
    assert sorted(replies) == [1, 2]
    assert replies[1]["result"]["serverInfo"]["name"] == "peelback"
    assert "never an instruction" in replies[1]["result"]["instructions"]
    assert done.stderr == ""


def test_the_server_is_there_before_anything_heavy_is():
    heavy = ("numpy", "torch", "openvino", "fastapi", "faiss", "sentence_transformers", "rich")
    code = f"import sys, api.mcp.server\nprint([n for n in {heavy} if n in sys.modules])"
    done = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    assert done.stdout.strip() == "[]"


def test_every_tool_says_that_it_only_reads_and_what_it_takes_and_gives(
    sample_assistant: Assistant,
):
    server = create_server(OpenedLater(lambda: sample_assistant))
    tools = with_client(server, lambda client: client.list_tools()).tools
    hints = [(tool.annotations.read_only_hint, tool.annotations.destructive_hint) for tool in tools]
    assert hints == [(True, False)] * 6
    for tool in tools:
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        jsonschema.Draft202012Validator.check_schema(tool.output_schema)
    assert [tool.input_schema.get("required", []) for tool in tools] == [
        ["question"], ["query"], ["topic"], [], [], ["passage_id"],
    ]  # fmt: skip
    assert {tool.input_schema["additionalProperties"] for tool in tools} == {False}


def test_an_answer_can_be_read_with_its_quotes(call):
    result = call("ask", question=QUESTION)
    text = result.content[0].text
    quotes = [citation["quote"] for citation in result.structured_content["citations"]]
    assert quotes
    assert all(" ".join(quote.split()) in " ".join(text.split()) for quote in quotes)


def test_a_refusal_is_a_result_that_says_why(call):
    result = call("ask", question="What is the 999 answer time in Kent?")
    assert not result.is_error
    assert result.structured_content["status"] == "no_matching_reports"
    assert result.content[0].text.startswith("No answer: No report about Kent is in this library.")


def test_a_follow_up_and_a_stated_scope_are_kept_to(call, sample_assistant):
    arguments = {"history": [QUESTION], "question": "And about victims?"}
    followed = call("ask", **arguments).structured_content
    expected = sample_assistant.answer(Question(arguments["question"], history=(QUESTION,)))
    assert followed["text"] == expected.text
    stated = call("ask", question="What about supervision?", bodies=["Osterfell Police"])
    assert stated.structured_content["scope"]["stated"] == ["bodies"]
    assert {c["body"] for c in stated.structured_content["citations"]} == {"Osterfell Police"}


def test_a_passage_that_was_found_can_be_read_where_it_stands(call, sample_assistant):
    found = call("search", query="thefts from boats", k=2).structured_content["passages"]
    assert len(found) == 2
    passage = call("get_passage", passage_id=found[0]["passage_id"]).structured_content
    whole = sample_assistant.report(passage["report_id"]).text
    assert whole[passage["start"] : passage["end"]] == passage["text"] == found[0]["text"]


def test_a_comparison_has_a_row_a_side(call, sample_assistant):
    bodies = ["Osterfell Police", "Wrenmoor Constabulary"]
    result = call("compare", topic="supervision", bodies=bodies)
    assert [side["name"] for side in result.structured_content["sides"]] == bodies
    expected = sample_assistant.side_by_side("supervision", bodies).answer
    assert result.structured_content["text"] == expected.text
    assert result.content[0].text.startswith("Osterfell Police")


def test_actions_are_quoted_and_day_56_is_worked_out_of_the_day_that_is_given(call):
    rows = call("actions", reports=[WRENMOOR], published={WRENMOOR: "2022-06-09"})
    actions = rows.structured_content["actions"]
    assert len(actions) == 7
    assert {row["day_56"] for row in actions} == {"2022-08-04"}
    assert all(row["quote"] in rows.content[0].text.replace("\n> ", "\n") for row in actions)


def test_the_reports_are_listed_and_read(call, sample_assistant):
    cards = call("list_reports").structured_content["reports"]
    assert [card["invented"] for card in cards] == [True, True, True]
    server = create_server(OpenedLater(lambda: sample_assistant))
    uri = f"peelback://reports/{WRENMOOR}"
    read = with_client(server, lambda client: client.read_resource(uri))
    assert read.contents[0].text == sample_assistant.report(WRENMOOR).text


@pytest.mark.parametrize(
    ("name", "arguments", "reason"),
    [
        ("ask", {}, "question: is needed. ask takes question, "),
        ("ask", {"question": " "}, "question: is blank. "),
        ("ask", {"question": "x" * 1001}, "question: String should have at most 1000 characters"),
        ("ask", {"question": "x", "body": "Kent"}, "body: there is no such argument. "),
        ("search", {"query": "x", "k": 0}, "k: Input should be greater than or equal to 1"),
        ("compare", {"topic": "x", "bodies": ["Kent"]}, "arguments: name at least two bodies"),
        ("get_passage", {"passage_id": "one"}, "a passage's id is a whole number, got 'one'"),
        ("get_passage", {"passage_id": "999999"}, "999999"),
        ("actions", {"reports": ["none"]}, "'none'"),
        ("list_reports", {"x": 1}, "x: there is no such argument. list_reports takes no arguments"),
    ],
)
def test_what_is_wrong_is_a_tools_error_in_plain_words(call, name, arguments, reason):
    result = call(name, **arguments)
    assert result.is_error
    assert reason in result.content[0].text
    assert "pydantic" not in result.content[0].text


def test_a_tool_that_is_not_there_is_an_error_that_names_those_that_are(sample_assistant):
    async def talk(client: Client) -> str:
        with pytest.raises(MCPError) as raised:
            await client.call_tool("delete", {})
        return raised.value.message

    message = with_client(create_server(OpenedLater(lambda: sample_assistant)), talk)
    assert message.startswith("there is no tool 'delete'; there are ask, search")


def test_a_library_that_is_not_there_yet_is_said_and_looked_for_again(sample_assistant):
    tries: list[int] = []

    def opening() -> Assistant:
        tries.append(len(tries))
        if len(tries) == 1:
            raise LibraryMissing("there is no library at 'none.db'")
        return sample_assistant

    async def talk(client: Client) -> list[bool]:
        results = [await client.call_tool("list_reports", {}) for _ in range(3)]
        assert results[0].content[0].text == "there is no library at 'none.db'"
        return [result.is_error for result in results]

    assert with_client(create_server(OpenedLater(opening)), talk) == [True, False, False]
    assert tries == [0, 1]


def test_what_breaks_is_said_without_its_insides(caplog):
    def opening() -> Assistant:
        raise RuntimeError("/srv/secret.db")

    server = create_server(OpenedLater(opening))
    result = with_client(server, lambda client: client.call_tool("list_reports", {}))
    assert result.is_error
    assert "secret" not in result.content[0].text
    assert "secret" in caplog.text


def test_the_scope_that_is_stated_is_that_of_the_other_doors():
    from api.mcp.arguments import AskArguments

    asked = AskArguments.model_validate({"question": "x", "cycles": ["2018/19"]})
    assert asked.scope() == Scope(cycles=("2018/19",), stated=("cycles",))
