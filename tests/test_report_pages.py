"""The page of a report: all of its text, what it judges and asks for, and quotes shown in it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from starlette.testclient import TestClient

from api.http.app import create_app
from api.pages.licences import STATEMENT, attribution_of
from api.pages.quotes import read_quotes
from api.pages.report_view import report_page
from index.documents import Action, ActionKind, Metadata, Report, Section, Span
from rag.pipeline import Assistant
from tests.made_reports import FULL, made_report

WRENMOOR = "sample-wrenmoor-peel-2018-effectiveness"
HOSTILE = "</p></title><script>alert(1)</script><img src=x onerror=alert(2)>\" onclick='alert(3)"


@pytest.fixture(scope="module")
def client(sample_assistant: Assistant) -> Iterator[TestClient]:
    with TestClient(create_app(sample_assistant)) as client:
        yield client


def parsed(report: Report, *asked: str) -> html.HtmlElement:
    return html.document_fromstring(report_page(report, asked=asked))


def places(page: html.HtmlElement) -> list[tuple[int, str]]:
    found = page.xpath("//*[@id='text']//*[@data-at]")
    return [(int(element.get("data-at")), element.text_content()) for element in found]


def marked(page: html.HtmlElement) -> list[tuple[str | None, str]]:
    return [(mark.get("id"), mark.text_content()) for mark in page.xpath("//mark")]


def one_section(text: str, **fields: object) -> Report:
    whole = Span(0, len(text))
    report = Report("tern", "tern.txt", "0", text, Metadata("Tern"), (Section((), whole, whole),))
    return replace(report, **fields)  # type: ignore[arg-type]


LINES = st.lists(
    st.text(st.sampled_from("ab <&>\"'•\t🙂é"), max_size=20), min_size=1, max_size=12
).map("\n".join)


@given(LINES, st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=3))
def test_every_letter_is_on_the_page_once_at_its_place_whatever_is_marked(text, spans):
    page = parsed(one_section(text), *(f"{start}-{end}" for start, end in spans))
    shown = places(page)
    assert all(text[at : at + len(words)] == words for at, words in shown)
    told = [at + offset for at, words in shown for offset in range(len(words))]
    assert told == sorted(set(told))
    left_out = "".join(c for at, c in enumerate(text) if at not in set(told))
    # White space between blocks, and a bullet with its line's beginning.
    assert set(left_out) <= set(" \n\t•")


@given(LINES, st.tuples(st.integers(0, 90), st.integers(0, 90)))
def test_what_is_marked_is_the_quote(text, ends):
    start, end = ends
    page = parsed(one_section(text), f"{start}-{end}")
    quote = text[start:end] if end <= len(text) else ""
    shown = "".join(words for _, words in marked(page))
    assert re.sub(r"[\s•]", "", shown) == re.sub(r"[\s•]", "", quote)


def test_bullets_are_a_list_tabs_a_table_and_lines_paragraphs():
    page = parsed(one_section("Calls:\n• answer\n• call back\n\nYear\tCalls\n2018\t40"))
    text = page.get_element_by_id("text")
    assert [e.text_content() for e in text.xpath(".//p[@data-at]")] == ["Calls:"]
    assert [e.text_content() for e in text.xpath(".//ul/li")] == ["answer", "call back"]
    assert [[cell.text_content() for cell in row] for row in text.xpath(".//tr")] == [
        ["Year", "Calls"],
        ["2018", "40"],
    ]


def test_quotes_are_marked_and_numbered_in_reading_order_however_they_are_asked_for():
    page = parsed(one_section("One two.\n\nThree four."), "10-15", "4-8")
    assert marked(page) == [("quote-1", "two."), ("quote-2", "Three")]
    links = page.xpath("//*[@id='quote-links']//a/@href")
    assert links == ["#quote-1", "#quote-2"]


def test_a_quote_that_runs_over_blocks_is_one_quote():
    page = parsed(one_section("One.\n\nTwo."), "0-10")
    assert marked(page) == [("quote-1", "One."), (None, "Two.")]


def test_quotes_that_overlap_are_both_there():
    page = parsed(one_section("One two three."), "0-7", "4-13")
    assert marked(page) == [("quote-1", "One "), ("quote-2", "two"), (None, " three")]


@pytest.mark.parametrize("asked", ["9-3", "5-5", "0-99", "-1-4", "x", "٣-٤", "1-2-3"])
def test_a_place_that_the_report_lacks_is_told_and_nothing_is_marked(asked):
    page = parsed(one_section("One two."), asked)
    assert marked(page) == []
    assert "cannot be shown" in page.text_content()


def test_no_more_quotes_are_marked_than_a_page_can_bear():
    assert len(read_quotes((f"{n}-{n + 1}" for n in range(5000)), length=9000)) == 100


def test_pages_are_told_where_they_begin_also_inside_a_paragraph():
    report = one_section("One two.\n\n• Three", page_starts=(0, 4, 10))
    page = parsed(report)
    assert page.xpath("//*[@role='doc-pagebreak']/@data-page") == ["1", "2", "3"]
    assert places(page) == [(0, "One two."), (12, "Three")]


def test_actions_stand_out_in_the_text_under_their_derived_number():
    action = Action(ActionKind.AREA_FOR_IMPROVEMENT, 1, 0, Span(2, 9))
    page = parsed(one_section("• Improve.", actions=(action,)))
    assert page.xpath("//*[@id='text']//li/@data-asks") == ["Area for improvement 1"]


def test_the_page_tells_what_the_report_is_judges_asks_for_and_defines(client):
    page = html.document_fromstring(client.get(f"/reports/{WRENMOOR}").text)
    text = " ".join(page.text_content().split())
    assert "Invented sample report. It describes no real body." in text
    assert "PublishedThe report does not say" in text
    assert "Last updated12 February 2020 (the page’s last update, which is not when" in text
    rows = [
        [" ".join(cell.text_content().split()) for cell in row]
        for row in page.xpath("//table[@class='judgements']/tbody/tr")
    ]
    assert ["Requires improvement", "Inspected"] in [row[1:] for row in rows]
    assert ["Good", "Carried over from 2017"] in [row[1:] for row in rows]
    assert ["Ungraded", "Not graded"] in [row[1:] for row in rows]


def test_every_section_can_be_reached_from_the_outline_and_linked_to(client):
    page = html.document_fromstring(client.get(f"/reports/{WRENMOOR}").text)
    ids = set(page.xpath("//@id"))
    links = [href.removeprefix("#") for href in page.xpath("//nav//a/@href") if href[0] == "#"]
    assert len(links) > 10
    assert set(links) <= ids
    assert len(ids) == len(page.xpath("//@id"))


def test_headings_go_down_by_one_step_at_most(client):
    page = html.document_fromstring(client.get(f"/reports/{WRENMOOR}").text)
    levels = [
        int(e.tag[1]) for e in page.xpath("//*[self::h1 or self::h2 or self::h3 or self::h4]")
    ]
    assert levels[0] == 1
    assert max(b - a for a, b in pairwise(levels)) == 1


def test_a_link_to_a_place_works_without_a_script(client):
    page = html.document_fromstring(client.get(f"/reports/{WRENMOOR}").text)
    link = page.xpath("//table[@class='judgements']//a/@href")[0]
    shown = html.document_fromstring(client.get(link).text)
    assert marked(shown) == [("quote-1", "Requires improvement")]


@pytest.mark.parametrize("field", ["title", "cycle", "publisher", "theme", "url"])
def test_what_a_report_says_of_itself_never_becomes_markup(field):
    value = f"https://example.org/{HOSTILE}" if field == "url" else HOSTILE
    page = parsed(made_report("tern", {"Calls": ["It is."]}, **{field: value}))
    assert page.xpath("//img | //script[not(@src)] | //@onclick | //@onerror") == []


def test_the_text_of_a_report_never_becomes_markup():
    report = made_report("tern", {HOSTILE: [HOSTILE, f"• {HOSTILE}", f"{HOSTILE}\tb"]})
    page = parsed(report, "3-60")
    assert page.xpath("//img | //script[not(@src)] | //@onclick | //@onerror") == []
    assert "".join(words for _, words in places(page)).count("<img src=x onerror=alert(2)>") == 4


def test_a_report_that_cites_its_licence_is_acknowledged_in_the_licence_s_words():
    text = "© Crown copyright. Licensed under the Open Government Licence v3.0."
    metadata = Metadata("Tern", publisher="Ofsted", published=date(2022, 6, 9))
    found = attribution_of(one_section(text, metadata=metadata))
    assert found is not None
    assert found.statement == STATEMENT
    assert found.source == "© Crown copyright. Source: Ofsted, Tern, published 9 June 2022."


def test_a_letter_that_states_no_licence_is_given_none():
    report = one_section("A letter.", metadata=Metadata("Tern", publisher="Ofsted and CQC"))
    assert "This report states no licence." in report_page(report)
    assert STATEMENT not in report_page(report)


def test_an_invented_sample_has_no_publisher_to_acknowledge():
    assert attribution_of(one_section("A.", metadata=Metadata("Tern", invented=True))) is None


def test_a_report_with_everything_in_it_can_be_shown():
    assert "Definitions" in report_page(FULL)


def test_a_report_that_is_not_there_is_said_to_be_so(client):
    response = client.get("/reports/none")
    assert (response.status_code, "No such report" in response.text) == (404, True)
    assert client.head(f"/reports/{WRENMOOR}").status_code == 200


def test_a_page_that_the_browser_has_is_not_sent_again(client):
    first = client.get(f"/reports/{WRENMOOR}")
    again = client.get(f"/reports/{WRENMOOR}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["Cache-Control"] == "no-cache"
    stale = client.get(f"/reports/{WRENMOOR}", headers={"If-None-Match": 'W/"other"'})
    assert stale.status_code == 200


@pytest.mark.parametrize("path", [f"/reports/{WRENMOOR}", "/reports", "/actions", "/reports/none"])
def test_the_pages_run_our_own_scripts_alone_and_send_forms_to_us_alone(client, path):
    response = client.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.findall(
        r"style=|<style|<script(?! type=\"module\" src=\"/page/)", client.get(path).text
    )
