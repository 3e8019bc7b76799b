"""The library over HTTP: actions in every format, and comparisons side by side."""

import csv
import io
import zipfile
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.http.app import create_app
from api.response_pack import pack_json, pack_markdown

WRENMOOR = "sample-wrenmoor-peel-2018-effectiveness"
BODIES = ["Wrenmoor Constabulary", "Osterfell Police"]


@pytest.fixture(scope="module")
def client(sample_assistant) -> Iterator[TestClient]:
    with TestClient(create_app(sample_assistant)) as client:
        yield client


def test_the_actions_of_a_report_are_the_pack_of_the_command_line(client, sample_library):
    got = client.get("/v1/actions", params={"report": WRENMOOR}).json()
    assert got == pack_json([sample_library.report(WRENMOOR)])


def test_without_a_report_named_the_actions_are_those_of_all(client, sample_library):
    rows = client.get("/v1/actions").json()["actions"]
    counts = {card.report_id: card.actions for card in sample_library.cards()}
    assert {
        report_id: sum(row["report_id"] == report_id for row in rows) for report_id in counts
    } == counts


def test_every_quoted_action_is_in_its_report(client):
    text = client.get(f"/v1/reports/{WRENMOOR}").json()["text"]
    rows = client.get("/v1/actions", params={"report": WRENMOOR}).json()["actions"]
    assert [text[row["start"] : row["end"]] for row in rows] == [row["quote"] for row in rows]


def test_a_day_that_is_told_is_counted_from_and_an_update_is_not(client, sample_library):
    days = {
        card.report_id: card.metadata.published
        for card in sample_library.cards()
        if card.metadata.published is None
    }
    (undated, *_) = days
    rows = client.get("/v1/actions", params={"report": undated}).json()["actions"]
    assert {row["day_56"] for row in rows} == {None}
    told = client.get(
        "/v1/actions", params={"report": undated, "published": f"{undated}=2020-01-01"}
    ).json()["actions"]
    # 31 - 1 days of January, 26 of February
    assert {(row["day_56"], row["published_from"]) for row in told} == {("2020-02-26", "caller")}


def test_the_pack_comes_as_markdown_csv_and_a_word_document(client, sample_library):
    def pack(form: str):
        return client.get("/v1/actions", params={"report": WRENMOOR, "format": form})

    assert pack("md").text == pack_markdown([sample_library.report(WRENMOOR)])
    assert pack("md").headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert len(list(csv.DictReader(io.StringIO(pack("csv").text)))) == 7
    assert pack("csv").headers["Content-Disposition"] == 'attachment; filename="actions.csv"'
    assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(pack("docx").content)).namelist()


@pytest.mark.parametrize(
    ("query", "status", "slug"),
    [
        ("report=none", 404, "unknown-report"),
        ("reprot=none", 422, "invalid-request"),
        ("format=pdf", 422, "invalid-request"),
        ("published=x=2020-02-31", 422, "invalid-request"),
        ("published=2020-02-01", 422, "invalid-request"),
    ],
)
def test_actions_that_cannot_be_listed_are_a_problem(client, query, status, slug):
    response = client.get(f"/v1/actions?{query}")
    assert (response.status_code, response.json()["type"]) == (
        status,
        f"urn:peelback:problem:{slug}",
    )


def test_a_comparison_says_whose_each_citation_is(client):
    found = client.get("/v1/compare", params={"topic": "supervision", "body": BODIES}).json()
    assert [side["name"] for side in found["sides"]] == BODIES
    by_number = {citation["number"]: citation["body"] for citation in found["citations"]}
    assert [{by_number[n] for n in side["citations"]} for side in found["sides"]] == [
        {"Wrenmoor Constabulary"},
        {"Osterfell Police"},
    ]


def test_a_side_without_a_report_is_told_as_a_gap(client):
    bodies = ["Wrenmoor Constabulary", "Kent Police"]
    found = client.get("/v1/compare", params={"topic": "supervision", "body": bodies}).json()
    assert [(side["name"], side["gap"] is None) for side in found["sides"]] == [
        ("Wrenmoor Constabulary", True),
        ("Kent Police", False),
    ]


def test_a_comparison_of_nothing_is_refused(client):
    assert client.get("/v1/compare").status_code == 422
