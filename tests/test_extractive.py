"""Claims to an answer's text: numbers, places, notes, pages and links."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import Metadata, Report, ReportKind, Section, Span
from index.store.library import Library
from rag.answers import CitationNote, SentenceKind
from rag.extractive import (
    Claim,
    Quote,
    cite,
    compose,
    link_to,
    place_of,
    report_name,
    speaks_of_earlier,
    verbatim,
)
from tests.made_reports import FULL, RECIPE, contents, made_report

HERON = made_report(
    "heron-2018",
    {
        "PEEL 2018": ["Heron Police looks after 90,000 people."],
        "Custody": ["Nurses work in both suites. In 2017 we found none."],
        "Roads": ["Speeding fell by a tenth."],
    },
    title="PEEL 2018",
    kind=ReportKind.PEEL,
    bodies=("Heron Police",),
    cycle="2018",
    pillar="Effectiveness",
    invented=True,
)
NEWER = made_report(
    "heron-2021",
    {"Custody": ["Nurses work at night."]},
    kind=ReportKind.PEEL,
    bodies=("Heron Police",),
    cycle="2021/22",
    pillar="Effectiveness",
)
PLOVER = made_report("plover", {"Custody": ["Escorts arrive late."]}, bodies=("Plover Police",))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    path = tmp_path_factory.mktemp("extractive") / "library.db"
    with Library.open(path, recipe=RECIPE, create=True) as library:
        for report in (HERON, NEWER, PLOVER, FULL):
            library.add(*contents(report))
        yield library.snapshot()


def span_of(report: Report, words: str) -> Span:
    start = report.text.index(words)
    return Span(start, start + len(words))


def claim(report: Report, words: str) -> Claim:
    return verbatim(report, span_of(report, words))


NURSES = claim(HERON, "Nurses work in both suites.")
SPEEDING = claim(HERON, "Speeding fell by a tenth.")
ESCORTS = claim(PLOVER, "Escorts arrive late.")


def test_no_claims_are_no_text(snapshot):
    made = compose([], snapshot)
    assert (made.text, made.sentences, made.citations) == ("", (), ())


def test_claims_of_one_place_stand_under_its_name(snapshot):
    earlier = claim(HERON, "In 2017 we found none.")
    assert compose([NURSES, earlier, ESCORTS], snapshot).text == (
        "Heron Police, PEEL 2018 (invented sample), Custody:\n"
        "Nurses work in both suites. [1]\n"
        "In 2017 we found none. [2]\n"
        "\n"
        "Plover Police, report, Custody:\n"
        "Escorts arrive late. [3]"
    )


def test_a_place_that_comes_again_is_named_again(snapshot):
    text = compose([NURSES, SPEEDING, NURSES], snapshot).text
    assert text.count("Custody:") == 2
    assert text.count("Roads:") == 1


def test_quotes_are_numbered_by_first_use_and_one_quote_has_one_number(snapshot):
    quotes = (*SPEEDING.quotes, *NURSES.quotes, *SPEEDING.quotes)
    fact = Claim("Both are in the report.", SentenceKind.FACT, quotes)
    made = compose([ESCORTS, fact, NURSES], snapshot)
    assert [sentence.citations for sentence in made.sentences] == [(1,), (2, 3), (3,)]
    assert [(c.number, c.quote) for c in made.citations] == [
        (1, "Escorts arrive late."),
        (2, "Speeding fell by a tenth."),
        (3, "Nurses work in both suites."),
    ]
    assert "Both are in the report. [2][3]\n" in f"{made.text}\n"


def test_the_line_of_a_place_is_no_sentence_of_the_answer(snapshot):
    made = compose([NURSES], snapshot)
    assert [sentence.text for sentence in made.sentences] == ["Nurses work in both suites."]


def test_a_report_s_title_is_no_heading_of_a_place(snapshot):
    looks_after = claim(HERON, "Heron Police looks after 90,000 people.")
    assert place_of(snapshot, looks_after) == "Heron Police, PEEL 2018 (invented sample)"


def test_a_place_tells_the_judgement_on_its_question(snapshot):
    said = claim(FULL, "It must improve.")
    place = "Quay Police, PEEL 2018/19 (invented sample), Question one (judged Good"
    assert place_of(snapshot, said).startswith(place)


def test_a_report_about_nobody_goes_by_its_title():
    assert report_name(replace(HERON, metadata=Metadata(title="On boats"))) == "On boats"


def test_a_citation_has_what_a_reader_needs_to_find_the_quote(snapshot):
    made = cite(snapshot, Quote("full-2020", span_of(FULL, "It must improve.")), number=7)
    assert (made.number, made.report_id, made.report_title) == (7, "full-2020", "A full report")
    assert (made.publisher, made.body, made.cycle) == ("HMICFRS", "Quay Police", "2018/19")
    assert made.published == FULL.metadata.published
    assert made.section == ("Question one",)
    assert made.page == 2
    assert made.quote == FULL.text[made.span.start : made.span.end] == "It must improve."


def test_a_report_without_pages_has_none_in_its_citations(snapshot):
    assert cite(snapshot, NURSES.quotes[0], number=1).page is None


def test_a_citation_names_the_passage_that_holds_its_quote(snapshot):
    for made in (NURSES, SPEEDING, ESCORTS):
        citation = cite(snapshot, made.quotes[0], number=1)
        passage = snapshot.passage(int(citation.passage_id))
        assert passage.report_id == citation.report_id
        assert passage.span.contains(citation.span)


def test_a_heading_is_cited_with_the_nearest_passage(snapshot):
    heading = cite(snapshot, Quote("heron-2018", span_of(HERON, "Roads")), number=1)
    assert snapshot.passage(int(heading.passage_id)).text == "Speeding fell by a tenth."


def test_what_an_earlier_inspection_found_is_marked(snapshot):
    earlier = claim(HERON, "In 2017 we found none.")
    assert earlier.quotes[0].note is CitationNote.PREVIOUS_INSPECTION
    made = compose([earlier], snapshot)
    assert made.citations[0].note is CitationNote.PREVIOUS_INSPECTION


@pytest.mark.parametrize(
    ("said", "earlier"),
    [
        ("In 2017, we found that cells were cold.", True),
        ("In our 2017 inspection the figure was 190.", True),
        ("In our report of 2017 we asked for more.", True),
        ("In our effectiveness report of 2017, inspectors asked for more.", True),
        ("This was so at our last inspection.", True),
        ("The previous inspection said the same.", True),
        ("In 2018 we found that cells were cold.", False),
        ("In 2019 we shall look again.", False),
        ("The queue has grown since 2017.", False),
        ("The law of 2017 changed bail.", False),
        ("At our inspection there were 14.", False),
    ],
)
def test_which_sentences_speak_of_an_earlier_inspection(said, earlier):
    report = made_report("heron", {"Custody": [said]}, cycle="2018", bodies=("Heron Police",))
    assert speaks_of_earlier(report, span_of(report, said)) is earlier


def test_quotes_of_an_older_cycle_are_marked_and_those_of_the_newest_are_not(snapshot):
    older = cite(snapshot, NURSES.quotes[0], number=1)
    newest = cite(snapshot, Quote("heron-2021", span_of(NEWER, "Nurses work at night.")), number=1)
    assert (older.note, newest.note) == (CitationNote.SUPERSEDED_REPORT, None)


@pytest.mark.parametrize(
    ("later", "note"),
    [
        ({"cycle": "2021/22", "pillar": None}, CitationNote.SUPERSEDED_REPORT),
        ({"cycle": "2021/22", "pillar": "Efficiency"}, None),
        ({"cycle": "2018/19"}, None),
        ({"cycle": "2016"}, None),
        ({"cycle": None}, None),
        ({"cycle": "2021/22", "kind": ReportKind.OTHER}, None),
        ({"cycle": "2021/22", "bodies": ("Plover Police",)}, None),
    ],
)
def test_which_other_report_supersedes_one_about_effectiveness_in_2018(tmp_path, later, note):
    metadata = {"kind": ReportKind.PEEL, "bodies": ("Heron Police",), "pillar": "Effectiveness"}
    other = made_report("other", {"Custody": ["Nurses work at night."]}, **{**metadata, **later})
    with Library.open(tmp_path / "library.db", recipe=RECIPE, create=True) as library:
        for report in (HERON, other):
            library.add(*contents(report))
        assert cite(library.snapshot(), NURSES.quotes[0], number=1).note is note


def test_what_is_known_of_a_quote_comes_before_the_age_of_its_report(snapshot):
    quote = Quote("heron-2018", NURSES.quotes[0].span, CitationNote.CARRIED_OVER)
    assert cite(snapshot, quote, number=1).note is CitationNote.CARRIED_OVER


def test_without_an_address_the_link_is_our_reader_s_page():
    span = span_of(HERON, "Speeding fell")
    assert link_to(HERON, span) == f"/reports/heron-2018#{span.start}-{span.end}"


def address_of(
    text: str, url: str = "https://example.org/quay", pages: tuple[int, ...] = ()
) -> Report:
    return Report(
        report_id="quay",
        source="quay.html",
        sha256="0" * 64,
        text=text,
        metadata=Metadata(title="Quay", url=url),
        sections=(Section((), Span(0, len(text)), Span(0, len(text))),),
        page_starts=pages,
    )


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/quay", "https://example.org/quay#:~:text=It%20must%20improve."),
        (
            "https://example.org/quay#two",
            "https://example.org/quay#two:~:text=It%20must%20improve.",
        ),
        (
            "https://example.org/Quay.PDF",
            "https://example.org/Quay.PDF#page=2:~:text=It%20must%20improve.",
        ),
    ],
)
def test_the_link_leads_to_the_quote_on_the_publisher_s_page(url, link):
    text = "It is good.\n\nIt must improve."
    assert link_to(address_of(text, url, (0, 13)), Span(13, len(text))) == link


SPANS = [(report, section.body) for report in (HERON, PLOVER, FULL) for section in report.sections]


@st.composite
def claims(draw) -> Claim:
    picked = draw(st.lists(st.sampled_from(SPANS), min_size=1, max_size=3))
    quotes = []
    for report, body in picked:
        start = draw(st.integers(body.start, body.end - 1))
        quotes.append(Quote(report.report_id, Span(start, draw(st.integers(start + 1, body.end)))))
    return Claim("A sentence.", SentenceKind.FACT, tuple(quotes))


@given(st.lists(claims(), max_size=6))
def test_numbers_run_from_one_without_gaps_and_every_marker_is_in_the_text(snapshot, made):
    composition = compose(made, snapshot)
    numbers = [citation.number for citation in composition.citations]
    used = [number for sentence in composition.sentences for number in sentence.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    assert list(dict.fromkeys(used)) == numbers
    assert re.findall(r"\[(\d+)\]", composition.text) == [str(number) for number in used]
    assert len({(c.report_id, c.span) for c in composition.citations}) == len(numbers)
    for citation in composition.citations:
        text = snapshot.report(citation.report_id).text
        assert citation.quote == text[citation.span.start : citation.span.end]
