"""The page of the response pack, its form for the day of publication, and its downloads."""

import csv
import io
from collections.abc import Iterator

import pytest
from docx import Document
from lxml import html
from starlette.testclient import TestClient

from api.http.app import create_app
from api.pages.actions_view import PackFilters, actions_page
from api.pages.filters import Filters
from index.documents import Action, ActionKind, Metadata, Report, Section, Span
from index.store.library import ReportCard
from rag.pipeline import Assistant

WRENMOOR_2018 = "sample-wrenmoor-peel-2018-effectiveness"
WRENMOOR_2021 = "sample-wrenmoor-peel-2021-22"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def client(sample_assistant: Assistant) -> Iterator[TestClient]:
    with TestClient(create_app(sample_assistant)) as client:
        yield client


def opened(client: TestClient, path: str) -> html.HtmlElement:
    return html.document_fromstring(client.get(path).text)


def status(page: html.HtmlElement) -> str:
    return " ".join(page.xpath("string(//p[@role='status'])").split())


def facts(page: html.HtmlElement) -> dict[str, str]:
    return {
        row.findtext("dt"): " ".join(row.find("dd").text_content().split())
        for row in page.xpath("//dl/div")
    }


@pytest.mark.parametrize(
    ("query", "count"),
    [
        # 7 + 1 + 3 in Osterfell, 7 and 7 + 1 + 3 in Wrenmoor.
        ("", "29 actions in 3 reports."),
        ("?body=Wrenmoor+Constabulary", "18 actions in 2 reports."),
        ("?cycle=2018", "7 actions in 1 report."),
        ("?kind=cause_of_concern", "2 actions in 2 reports."),
        (f"?report={WRENMOOR_2021}", "11 actions in 1 report, of the report chosen alone."),
        ("?body=Kent+Police", "0 actions in 0 reports."),
        ("?kind=nonsense", "0 actions in 0 reports."),
    ],
)
def test_the_form_narrows_the_pack_and_the_count_says_so(client, query, count):
    assert status(opened(client, f"/actions{query}")) == count


def test_an_action_is_quoted_numbered_and_leads_to_its_place(client):
    page = opened(client, f"/actions?report={WRENMOOR_2021}&kind=cause_of_concern")
    (article,) = page.xpath("//article")
    assert article.xpath("string(h4)").split() == [
        "Cause",
        "of",
        "concern",
        "1",
        "derived",
        "number",
    ]
    shown = opened(client, article.xpath(".//a/@href")[0])
    assert shown.xpath("string(//mark)") == article.findtext("blockquote")


def test_day_56_comes_from_the_day_of_publication(client):
    told = facts(opened(client, f"/actions?report={WRENMOOR_2021}"))
    assert (told["Published"], told["Day 56"]) == ("9 June 2022", "4 August 2022")


def test_a_report_that_does_not_say_when_it_was_published_has_it_asked_for(client):
    page = opened(client, f"/actions?report={WRENMOOR_2018}")
    told = facts(page)
    assert told["Published"] == "The report does not say"
    assert told["Last updated"] == "12 February 2020 (never taken for the day of publication)"
    assert told["Day 56"] == "Unknown until the day of publication is known"
    (field,) = page.xpath("//input[@type='date']")
    assert field.get("form") == "filters"
    assert page.xpath(f"//label[@for='{field.get('id')}']")[0].text.startswith("When was this")


def test_the_day_that_is_typed_works_out_day_56_and_stays_in_the_downloads(client):
    path = f"/actions?report={WRENMOOR_2018}&published.{WRENMOOR_2018}=2020-02-07"
    page = opened(client, path)
    told = facts(page)
    assert told["Published"] == "7 February 2020 (as you say; the report does not)"
    assert told["Day 56"] == "3 April 2020"
    address = page.xpath("//p[@class='downloads']//a[text()='CSV']/@href")[0]
    rows = list(csv.DictReader(io.StringIO(client.get(address).content.decode("utf-8-sig"))))
    assert {(row["day_56"], row["published_from"]) for row in rows} == {("2020-04-03", "caller")}
    assert len(rows) == 7


def test_a_day_at_the_end_of_the_calendar_has_no_day_56_and_breaks_nothing(client):
    path = f"/actions?report={WRENMOOR_2018}&published.{WRENMOOR_2018}=9999-12-31"
    assert facts(opened(client, path))["Day 56"] == "Unknown until the day of publication is known"


def test_a_day_that_is_none_is_told_beside_its_field(client):
    page = opened(client, f"/actions?report={WRENMOOR_2018}&published.{WRENMOOR_2018}=soon")
    assert "“soon” is no day." in page.xpath("string(//p[@class='error'])")
    (field,) = page.xpath("//input[@type='date']")
    assert field.get("aria-invalid") == "true"
    assert page.xpath(f"//*[@id='{field.get('aria-describedby').split()[0]}']")


def test_a_day_is_not_asked_of_a_report_that_states_it_nor_believed(client):
    page = opened(client, f"/actions?report={WRENMOOR_2021}&published.{WRENMOOR_2021}=2001-01-01")
    assert page.xpath("//input[@type='date']") == []
    assert facts(page)["Published"] == "9 June 2022"


@pytest.mark.parametrize(
    ("ending", "start"),
    [("docx", b"PK"), ("csv", "\ufeffreport_id,".encode()), ("md", b"# Response pack")],
)
def test_each_download_is_a_file_with_a_name(client, ending, start):
    response = client.get(f"/actions.{ending}?report={WRENMOOR_2021}")
    assert response.content.startswith(start)
    named = f'attachment; filename="{WRENMOOR_2021}.{ending}"'
    assert response.headers["Content-Disposition"] == named


def test_the_word_document_has_the_actions_of_the_page(client):
    made = client.get("/actions.docx?body=Osterfell+Police&kind=recommendation").content
    (table,) = Document(io.BytesIO(made)).tables
    assert len(table.rows) == 1 + 3


def test_a_format_that_there_is_not_is_not_found(client):
    assert client.get("/actions.exe").status_code == 404


def test_a_hostile_name_of_a_report_names_no_header(client):
    response = client.get('/actions.md?report=a"%0d%0aX-Evil:1')
    assert response.headers["Content-Disposition"] == 'attachment; filename="aX-Evil1.md"'
    assert "X-Evil" not in response.headers


def test_text_of_a_report_and_of_the_address_never_becomes_markup():
    text = f"{HOSTILE}:\n• {HOSTILE}"
    span = Span(len(HOSTILE) + 4, len(text))
    whole = Span(0, len(text))
    metadata = Metadata(HOSTILE, bodies=(HOSTILE,), cycle=HOSTILE)
    action = Action(ActionKind.RECOMMENDATION, 1, 0, span)
    report = Report(
        "tern", "t", "0", text, metadata, (Section((HOSTILE,), whole, whole),), (), (action,)
    )
    card = ReportCard("tern", "t", "0", metadata, 1, 1, 0, 1)
    filters = PackFilters(Filters(body=HOSTILE, reports=("tern",)), typed={"tern": HOSTILE})
    page = html.document_fromstring(actions_page([card], lambda _: report, filters, number=1))
    assert page.xpath("//script") == []
    assert page.xpath("string(//blockquote)") == HOSTILE


def test_an_empty_library_says_how_to_fill_it():
    page = html.document_fromstring(actions_page([], str, PackFilters(Filters()), number=1))  # type: ignore[arg-type]
    assert "The library is empty." in page.text_content()


def test_a_page_reads_the_reports_that_it_shows_and_no_others():
    def card(number: int) -> ReportCard:
        return ReportCard(f"r{number:02}", "t", "0", Metadata(f"Report {number}"), 1, 1, 0, 1)

    text = "• Do it."
    span, whole = Span(2, 8), Span(0, 8)
    action = Action(ActionKind.RECOMMENDATION, 1, 0, span)
    read: list[str] = []

    def report(report_id: str) -> Report:
        read.append(report_id)
        section = Section(("A",), whole, whole)
        return Report(report_id, "t", "0", text, Metadata("A"), (section,), (), (action,))

    page = actions_page([card(n) for n in range(25)], report, PackFilters(Filters()), number=2)
    assert "25 actions" in " ".join(html.document_fromstring(page).text_content().split())
    assert len(read) == 10
