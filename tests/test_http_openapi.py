"""The OpenAPI document is true: its examples run, and a fuzzer that believes it finds nothing."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.http.app import create_app
from api.http.serving_settings import ServingSettings
from api.keys import KeyBook
from tests.serving import served

FUZZER = shutil.which("schemathesis", path=str(Path(sys.executable).parent))
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
OTHERS = ("/v1/chat/completions", "/v1/models", "/v1/models/{model}")
"""Their errors have the shape that OpenAI's clients read."""

SETTINGS = """
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 413, 415, 422, 429]
"""
"""The fuzzer's own, and 413: a list with too many items may be too large before it is read."""
EVERYTHING = ("--checks", "all", "--continue-on-failure", "--seed", "4")

needs_fuzzer = pytest.mark.skipif(FUZZER is None, reason="schemathesis is not installed")


@pytest.fixture(scope="module")
def serving(tmp_path_factory) -> ServingSettings:
    feedback = tmp_path_factory.mktemp("feedback") / "feedback.jsonl"
    return ServingSettings(feedback=feedback, visitor_per_minute=0, deadline_s=60)


@pytest.fixture(scope="module")
def client(sample_assistant, serving) -> Iterator[TestClient]:
    with TestClient(create_app(sample_assistant, serving=serving)) as client:
        yield client


@pytest.fixture(scope="module")
def document(client) -> dict[str, Any]:
    document: dict[str, Any] = client.get("/openapi.json").json()
    return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if path not in OTHERS:
                yield method, path, operation


def body_schema(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schema: dict[str, Any] = document["components"]["schemas"][reference.rpartition("/")[2]]
    return schema


def example_of(parameter: dict[str, Any]) -> Any:
    examples = parameter.get("examples", parameter["schema"].get("examples"))
    return examples[0] if isinstance(examples, list) else examples


def test_every_example_of_a_body_is_taken(client, document):
    posted = {}
    for method, path, operation in operations(document):
        if method == "post":
            for example in body_schema(document, operation)["examples"]:
                posted[path, json.dumps(example)] = client.post(path, json=example).status_code
    assert {path for path, _ in posted} >= {"/v1/answers", "/v1/search", "/v1/feedback"}
    assert {key: status for key, status in posted.items() if status not in (200, 201)} == {}


def test_every_example_of_a_parameter_is_taken(client, document):
    fetched = {}
    for method, path, operation in operations(document):
        if method == "get":
            examples = {p["name"]: example_of(p) for p in operation.get("parameters", [])}
            given = {name: value for name, value in examples.items() if value is not None}
            query = {name: value for name, value in given.items() if f"{{{name}}}" not in path}
            fetched[path] = client.get(path.format(**given), params=query).status_code
    assert set(fetched.values()) == {200}


def test_every_problem_that_a_route_can_answer_with_is_declared(document):
    for _, path, operation in operations(document):
        declared = operation["responses"]
        wanted = {"421"}
        if path.startswith("/v1/"):
            wanted |= {"401", "403", "429", "500", "503"}
        if "requestBody" in operation:
            wanted |= {"400", "413", "422"}
        if "{" in path:
            wanted |= {"404"}
        assert wanted <= set(declared), path
        problems = {s: r["content"] for s, r in declared.items() if not s.startswith("2")}
        assert problems == dict.fromkeys(problems, PROBLEM), path


def test_every_response_is_said_to_name_its_request(document):
    for _, path, operation in operations(document):
        for response in operation["responses"].values():
            assert "X-Request-Id" in response["headers"], path


def test_a_key_is_demanded_once_there_is_one(sample_assistant, tmp_path, document):
    operation = document["paths"]["/v1/answers"]["post"]
    assert {} in operation["security"]
    KeyBook.open(tmp_path / "keys", create=True).close()
    keyed = create_app(sample_assistant, serving=ServingSettings(keys=tmp_path / "keys"))
    with TestClient(keyed) as client:
        paths = client.get("/openapi.json").json()["paths"]
    assert paths["/v1/answers"]["post"]["security"] == [{"key": []}]
    assert "security" not in paths["/livez"]["get"]


def fuzzed(url: str, folder: Path, *options: str) -> dict[str, Any]:
    """Return the fuzzer's own report of a run with every check and every phase."""
    report = folder / "report.json"
    (folder / "schemathesis.toml").write_text(SETTINGS, "utf-8")
    done = subprocess.run(  # noqa: S603  # a tool that the project names
        [str(FUZZER), "run", f"{url}/openapi.json", "--report-json-path", str(report), *options],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    assert report.exists(), done.stdout + done.stderr
    read: dict[str, Any] = json.loads(report.read_text("utf-8"))
    failures = [(failure["code"], failure["operations"]) for failure in read["failures"]]
    assert (failures, read["errors"]) == ([], []), done.stdout
    return read


@needs_fuzzer
def test_a_fuzzer_that_believes_the_document_finds_nothing(sample_assistant, serving, tmp_path):
    with served(create_app(sample_assistant, serving=serving)) as url:
        quick = (
            *EVERYTHING,
            "--phases",
            "examples,fuzzing,stateful",
            "-n",
            "6",
            "--max-time",
            "10",
        )
        assert fuzzed(url, tmp_path, *quick)["test_cases"]["generated"] > 0


@needs_fuzzer
@pytest.mark.full
@pytest.mark.timeout(1800)
def test_a_fuzzer_finds_nothing_in_2000_cases(sample_assistant, serving, tmp_path):
    with served(create_app(sample_assistant, serving=serving)) as url:
        read = fuzzed(url, tmp_path, *EVERYTHING, "-n", "100", "--max-time", "240")
        assert read["test_cases"]["generated"] >= 2000
        assert read["operations"]["tested"] == read["operations"]["total"]
