"""The HTTP API over the sample reports, with the real parts behind it."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.http.app import create_app
from index.errors import LibraryLocked
from rag.limits import QuestionTooLong
from rag.pipeline import Assistant

WRENMOOR = "sample-wrenmoor-peel-2018-effectiveness"
SUPERVISION = {
    "question": "What did the inspectors say about supervision in Wrenmoor Constabulary?"
}
MOST_BYTES = 64 * 1024


@pytest.fixture(scope="module")
def client(sample_assistant: Assistant) -> Iterator[TestClient]:
    with TestClient(create_app(sample_assistant)) as client:
        yield client


class Failing:
    """An assistant whose every answer fails the same way."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def stream(self, question: object, *, cancelled: object, account: str) -> object:
        raise self.error


def failing_client(error: Exception) -> TestClient:
    return TestClient(create_app(Failing(error)), raise_server_exceptions=False)  # type: ignore[arg-type]


def problem(response: Any, status: int, slug: str) -> dict[str, Any]:
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert (body["type"], body["status"]) == (f"urn:peelback:problem:{slug}", status)
    return body


def test_every_quote_of_an_answer_is_in_its_report(client):
    answer = client.post("/v1/answers", json=SUPERVISION).json()
    assert answer["status"] == "answered"
    texts = {
        c["report_id"]: client.get(f"/v1/reports/{c['report_id']}").json()["text"]
        for c in answer["citations"]
    }
    assert [texts[c["report_id"]][c["start"] : c["end"]] for c in answer["citations"]] == [
        c["quote"] for c in answer["citations"]
    ]


def test_a_stated_scope_is_kept_to(client):
    scope = {"bodies": ["Osterfell Police"]}
    answer = client.post(
        "/v1/answers", json={"question": "What is said about supervision?", "scope": scope}
    ).json()
    assert {c["body"] for c in answer["citations"]} == {"Osterfell Police"}
    assert answer["scope"]["stated"] == ["bodies"]


def test_a_force_that_no_report_is_about_is_refused_with_a_reason(client):
    response = client.post(
        "/v1/answers", json={"question": "What was said about supervision in Kent Police?"}
    )
    assert response.status_code == 200
    answer = response.json()
    assert answer["status"] == "no_matching_reports"
    assert "Kent" in answer["reason"]
    assert answer["citations"] == []


def test_a_search_ranks_as_many_passages_as_it_is_asked_for(client):
    found = client.post("/v1/search", json={"query": "thefts from boats", "k": 3}).json()
    scores = [passage["score"] for passage in found["passages"]]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)
    assert "boats" in found["passages"][0]["text"]


def test_a_passage_that_was_found_can_be_fetched(client):
    found = client.post("/v1/search", json={"query": "thefts from boats", "k": 1}).json()
    first = found["passages"][0]
    fetched = client.get(f"/v1/passages/{first['passage_id']}").json()
    assert fetched == {name: value for name, value in first.items() if name != "score"}


def test_the_reports_are_listed_and_said_to_be_invented(client):
    cards = client.get("/v1/reports").json()["reports"]
    assert [card["report_id"] for card in cards] == [
        "sample-osterfell-peel-2021-22",
        WRENMOOR,
        "sample-wrenmoor-peel-2021-22",
    ]
    assert [card["invented"] for card in cards] == [True, True, True]


def test_a_report_comes_with_its_structure(client):
    report = client.get(f"/v1/reports/{WRENMOOR}").json()
    judgement = report["judgements"][0]
    assert report["text"][judgement["start"] : judgement["end"]] == "Requires improvement"
    assert len(report["actions"]) == 7


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("/v1/reports/none", "unknown-report"),
        ("/v1/passages/999999", "unknown-passage"),
        ("/v1/passages/one", "unknown-passage"),
        (f"/v1/passages/{'9' * 5000}", "unknown-passage"),
        ("/v1/nothing", "not-found"),
    ],
)
def test_what_is_not_there_is_a_problem(client, path, slug):
    problem(client.get(path), 404, slug)


def test_a_misspelt_field_is_refused_and_named(client):
    body = problem(
        client.post("/v1/answers", json={**SUPERVISION, "scope": {"body": ["Kent Police"]}}),
        422,
        "invalid-request",
    )
    assert [error["pointer"] for error in body["errors"]] == ["#/scope/body"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"question": ""},
        {"question": " \n"},
        {"question": "x" * 1001},
        {"question": "x", "history": ["y" * 1001]},
        {"question": 7},
        {"question": "x", "history": ["y"] * 21},
        {"question": "x", "mode": "guess"},
        [],
    ],
    ids=repr,
)
def test_a_request_that_is_not_valid_is_a_problem(client, body):
    problem(client.post("/v1/answers", json=body), 422, "invalid-request")


@pytest.mark.parametrize(
    "content",
    [b'{"question"', b'{"question": "\\ud800"}', b'{"question": "x", "\\ud800": 1}', b""],
)
def test_bytes_that_are_no_request_are_a_problem(client, content):
    headers = {"Content-Type": "application/json"}
    problem(client.post("/v1/answers", content=content, headers=headers), 422, "invalid-request")


def test_bytes_that_are_no_text_are_a_problem(client):
    headers = {"Content-Type": "application/json"}
    problem(client.post("/v1/answers", content=b"\xff", headers=headers), 400, "bad-request")


def test_another_method_is_a_problem_that_names_the_right_ones(client):
    response = client.delete("/v1/reports")
    problem(response, 405, "method-not-allowed")
    assert response.headers["Allow"] == "GET"


def test_a_body_over_the_limit_is_refused_by_its_announced_length(client):
    problem(client.post("/v1/answers", content=b" " * (MOST_BYTES + 1)), 413, "too-large")


def test_a_body_over_the_limit_is_refused_while_it_is_read(client):
    chunks = (b" " * 1024 for _ in range(MOST_BYTES // 1024 + 1))
    problem(client.post("/v1/answers", content=chunks), 413, "too-large")


def test_a_foreseen_failure_is_its_problem_without_its_text():
    response = failing_client(LibraryLocked("/srv/secret.db is being written to")).post(
        "/v1/answers", json=SUPERVISION
    )
    body = problem(response, 503, "library-locked")
    assert "secret" not in str(body)
    assert response.headers["Retry-After"] == "5"


def test_an_unforeseen_failure_is_a_problem_without_a_traceback():
    response = failing_client(RuntimeError("/srv/secret.db")).post("/v1/answers", json=SUPERVISION)
    body = problem(response, 500, "internal")
    assert "secret" not in str(body)
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_question_that_the_models_let_through_too_long_is_a_problem_that_says_the_limit():
    response = failing_client(QuestionTooLong("x" * 1001)).post("/v1/answers", json=SUPERVISION)
    assert "1000 characters" in problem(response, 422, "question-too-long")["detail"]


@pytest.mark.parametrize(
    "path", ["/", f"/reports/{WRENMOOR}", "/page/page.css", "/page/ask.js", "/page/report.js"]
)
def test_the_pages_are_there_and_run_only_our_own_files(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), (f"/reports/{WRENMOOR}", 200), ("/page/ask.js", 200), ("/reports/none", 404)],
)
def test_a_page_can_be_asked_for_without_its_body(client, path, status):
    response = client.head(path)
    assert response.status_code == status
    assert int(response.headers["Content-Length"]) > 0


def test_the_reader_of_a_report_that_is_not_there_is_not_found(client):
    response = client.get("/reports/none")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"


def test_the_openapi_document_refers_to_nothing_that_it_lacks(client):
    document = client.get("/openapi.json").json()
    schemas = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert references(document) <= schemas
    assert set(document["paths"]) >= {
        "/livez",
        "/metrics",
        "/readyz",
        "/v1/actions",
        "/v1/answers",
        "/v1/compare",
        "/v1/feedback",
        "/v1/passages/{passage_id}",
        "/v1/reports",
        "/v1/reports/{report_id}",
        "/v1/search",
    }


def references(value: object) -> set[str]:
    match value:
        case {"$ref": str(reference)}:
            return {reference}
        case dict():
            return set().union(*map(references, value.values()))
        case list():
            return set().union(*map(references, value))
        case _:
            return set()
