"""The page of the library: which reports, narrowed by a plain form, and their judgements."""

from collections.abc import Iterator

import pytest
from lxml import html
from starlette.testclient import TestClient

from api.http.app import create_app
from api.pages.filters import Filters
from api.pages.grids import grids_of
from api.pages.library_view import library_page
from index.documents import Judgement, JudgementBasis, Metadata, Report, ReportKind, Section, Span
from index.store.library import ReportCard
from rag.pipeline import Assistant

HOSTILE = "<script>alert(1)</script>"
ALL = Filters()


@pytest.fixture(scope="module")
def client(sample_assistant: Assistant) -> Iterator[TestClient]:
    with TestClient(create_app(sample_assistant)) as client:
        yield client


def opened(client: TestClient, path: str) -> html.HtmlElement:
    return html.document_fromstring(client.get(path).text)


def titles(page: html.HtmlElement) -> list[str]:
    return [link.text_content() for link in page.xpath("//ul[@class='shelf']//a[@class='title']")]


def card(report_id: str, **metadata: object) -> ReportCard:
    fields = Metadata(**{"title": report_id.title(), **metadata})  # type: ignore[arg-type]
    return ReportCard(report_id, f"{report_id}.txt", "0", fields, 1, 1, 0, 0)


def never_read(_: str) -> Report:
    raise AssertionError("no report has judgements")


def listed(cards: list[ReportCard], filters: Filters = ALL, number: int = 1) -> html.HtmlElement:
    return html.document_fromstring(library_page(cards, never_read, filters, number=number))


def test_all_reports_are_listed_by_body_the_latest_first(client):
    assert titles(opened(client, "/reports")) == [
        "PEEL 2021/22 – An inspection of Osterfell Police",
        "PEEL 2021/22 – An inspection of Wrenmoor Constabulary",
        "Wrenmoor PEEL 2018 – Effectiveness",
    ]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?body=Wrenmoor+Constabulary", "2 of 3 reports, about 1 body."),
        ("?cycle=2021%2F22", "2 of 3 reports, about 2 bodies."),
        ("?kind=peel", "3 reports, about 2 bodies."),
        ("?body=Wrenmoor+Constabulary&cycle=2018", "1 of 3 reports, about 1 body."),
        ("?body=&cycle=&kind=", "3 reports, about 2 bodies."),
    ],
)
def test_the_form_narrows_the_list_and_the_count_says_so(client, query, count):
    page = opened(client, f"/reports{query}")
    assert page.xpath("string(//p[@role='status'])") == count


def test_the_form_keeps_what_was_chosen(client):
    page = opened(client, "/reports?body=Osterfell+Police")
    assert page.xpath("//select[@id='body']/option[@selected]/@value") == ["Osterfell Police"]
    assert page.xpath("//form/@method") == ["get"]


def test_a_body_that_no_report_is_about_leaves_nothing_and_never_everything(client):
    page = opened(client, "/reports?body=Kent+Police")
    assert titles(page) == []
    assert "No report in this library fits." in page.text_content()
    assert page.xpath("//select[@id='body']/option[@selected]")[0].text == "Kent Police (none here)"


def test_judgements_stand_side_by_side_cycle_by_cycle_with_a_warning_between_them(client):
    page = opened(client, "/reports")
    assert page.xpath("//caption/text()") == ["PEEL 2021/22", "PEEL 2018, effectiveness"]
    warning = page.xpath("string(//p[@class='warning'])")
    assert warning.strip().startswith("PEEL grades of 2018 and 2021/22 are not comparable")


def test_grades_of_one_cycle_need_no_warning(client):
    page = opened(client, "/reports?cycle=2021%2F22")
    assert page.xpath("//caption/text()") == ["PEEL 2021/22"]
    assert page.xpath("//p[@class='warning']") == []


def test_one_report_alone_has_no_grid(client):
    assert opened(client, "/reports?cycle=2018").xpath("//table") == []


def test_a_grade_leads_to_where_it_stands_and_says_that_it_was_carried_over(client):
    page = opened(client, "/reports")
    (cell,) = page.xpath("//td[small]")
    assert cell.xpath("string(small)") == "carried over from 2017"
    shown = opened(client, cell.xpath("a/@href")[0])
    assert shown.xpath("string(//mark)") == cell.xpath("string(a)") == "Good"


def graded(report_id: str, body: str, cycle: str, **grades: str) -> Report:
    span = Span(0, 4)
    return Report(
        report_id,
        f"{report_id}.txt",
        "0",
        "Good",
        Metadata(report_id, kind=ReportKind.PEEL, bodies=(body,), cycle=cycle),
        (Section((), span, span),),
        tuple(
            Judgement(f"How {name}?", None, grade, JudgementBasis.INSPECTED, span)
            for name, grade in grades.items()
        ),
    )


def test_two_names_of_one_cycle_share_a_grid_and_a_question_unasked_stays_empty():
    (grid,) = grids_of(
        [
            graded("a", "Tern Police", "2018", safe="Good", kind="Good"),
            graded("b", "Auk Police", "2018/19", safe="Inadequate"),
        ]
    )
    assert (grid.name, grid.questions) == ("PEEL 2018/19", ("How safe?", "How kind?"))
    assert [[cell and cell.grade for cell in row.cells] for row in grid.rows] == [
        ["Good", "Good"],
        ["Inadequate", None],
    ]


def test_an_empty_library_says_how_to_fill_it():
    page = listed([])
    assert "The library is empty." in page.text_content()
    assert page.xpath("//form") == []


def test_a_long_list_comes_a_page_at_a_time_and_keeps_its_filters():
    cards = [card(f"r{number:03}", cycle="2018") for number in range(120)]
    page = listed(cards, Filters(cycle="2018"), number=2)
    assert titles(page) == [f"R{number:03}" for number in range(50, 100)]
    assert page.xpath("//a[@rel]/@href") == ["/reports?cycle=2018", "/reports?cycle=2018&page=3"]


def test_names_in_the_library_never_become_markup():
    named = card("tern", title=HOSTILE, bodies=(HOSTILE,), cycle=HOSTILE)
    page = listed([named], Filters(body=HOSTILE, cycle=HOSTILE))
    assert page.xpath("//script") == []
    assert titles(page) == [HOSTILE]


@pytest.mark.parametrize("query", ["?page=0", "?page=x", "?page=99999999"])
def test_a_page_number_that_is_none_is_refused(client, query):
    assert client.get(f"/reports{query}").status_code == 422
