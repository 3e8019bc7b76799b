"""Personal data in what is asked: found by its form, in no other number, in linear time."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterator
from pathlib import Path
from time import thread_time

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.cli import cli
from api.http.app import create_app
from rag.answers import Question, Scope
from rag.personal_data import PersonalData, PersonalDataKind, personal_data_in
from rag.pipeline import Assistant

GOLD = Path(__file__).parents[2] / "shared" / "gold"

PEOPLE = {
    PersonalDataKind.EMAIL: [
        "{a}.{b}@example.com", "{a}@mail.example.co.uk", "{b}{n2}@example.org",
        "{a}_{b}@example.net", "{a}+{b}@example.com", "{a} (at) example.com",
        "{a}.o'{b}@example.police.uk",
    ],
    PersonalDataKind.PHONE: [
        "07{d3} {d6}", "07{d9}", "+44 7{d3} {d6}", "+447{d9}", "0044 7{d3} {d6}", "(01{d3}) {d6}",
        "01{d3} {d6}", "020 {d4} {d4}", "0161 {d3} {d4}", "07{d3}-{d3}-{d3}", "+44 (0)20 {d4} {d4}",
        "02{d1} {d4} {d4}", "01{d3} {d3} {d3}", "07{d3}.{d3}.{d3}",
    ],
    PersonalDataKind.NATIONAL_INSURANCE: [
        "AB {d2} {d2} {d2} C", "JG{d6}A", "sw {d2} {d2} {d2} d", "NR-{d2}-{d2}-{d2}-B", "QQ {d6} C",
    ],
}  # fmt: skip
ASKING = (
    "My name is {a} and you reach me at {it}, what did they say about my case?",
    "{it} reported a burglary in Wrenmoor, was it looked into?",
    "What does the report say about {it}?",
    "Supervision in Osterfell? Reply to {it}.",
    "Is {it} in the report of 2018/19, which had 14 cases?",
    "please tell {it}, thank you",
)
CARDS = ("4111111111111111", "5555555555554444", "378282246310005", "2223003122003222",
         "6011111111111117", "3530111333300000", "30569309025904")  # fmt: skip
"""The test numbers that the card schemes publish."""


def personal_questions() -> Iterator[tuple[PersonalDataKind, str]]:
    """Yield 200 questions, each with personal data of people who do not exist."""
    drawn = random.Random(7)  # noqa: S311
    kinds = [*PEOPLE, PersonalDataKind.CARD]
    for number in range(200):
        kind = kinds[number % len(kinds)]
        if kind is PersonalDataKind.CARD:
            it = _grouped(drawn.choice(CARDS), drawn.choice(("", " ", "-")))
        else:
            it = _filled(drawn.choice(PEOPLE[kind]), drawn)
        asking = drawn.choice(ASKING).replace("{it}", it)
        yield kind, _filled(asking, drawn)


def _grouped(digits: str, gap: str) -> str:
    sizes = {16: (4, 4, 4, 4), 15: (4, 6, 5), 14: (4, 6, 4)}[len(digits)]
    starts = [sum(sizes[:at]) for at in range(len(sizes))]
    return gap.join(digits[s : s + size] for s, size in zip(starts, sizes, strict=True))


def _filled(pattern: str, drawn: random.Random) -> str:
    names = {"a": drawn.choice(("jo", "ann", "priya")), "b": drawn.choice(("holt", "reed", "shah"))}
    digits = {
        f"d{count}": "".join(str(drawn.randint(1, 9)) for _ in range(count))
        for count in range(1, 10)
    }
    return pattern.format_map({**names, **digits, "n2": digits["d2"]})


ABOUT = (
    "What did the inspectors say about supervision in {force} in {year}?",
    "How many of the {count} cases were reviewed in {cycle}?",
    "What does URN {urn} say about safeguarding?",
    "Which report has the UKPRN {ukprn}?",
    "What was found at location 1-{cqc} on {date}?",
    "Did {force} save £{money} between {year} and {year}?",
    "Report number {ref}: what are the recommendations?",
    "Compare {year}, {year}, {year} and {year} for {force}.",
    "Was crime reference {crime} dealt with by {force}?",
    "What is said on page {count} about the {count} officers and {count} staff in {cycle}?",
    "Is {percent} percent of 101 calls or of 999 calls answered within {count} seconds?",
    "Which reports did HMICFRS publish from {date} to {date}?",
    "What does paragraph {section} say about the MARAC of {year}-{year}?",
    "Did the helpline 0300 123 1231 or 0800 555 111 get better in {year}?",
    "ISBN 978-1-78655-{count}-4, Cm {crime}, HC {count}: what is asked for?",
    "What happened @ {force} in {cycle}, as of {date}?",
    "Does UPRN {uprn} or LAESTAB {laestab} appear in the {year} inspection?",
    "The force recorded {large} crimes and {large} incidents in {year}: is that more?",
    "What of {count},{count},{count} or {percent}.{count} per 1,000 people?",
    "Which of the 43 forces has {count}/{count} on {section} and {year}{year}?",
)


def domain_questions() -> Iterator[str]:
    """Yield 500 questions with every number that people ask about reports with."""
    drawn = random.Random(11)  # noqa: S311
    for number in range(500):
        question = ABOUT[number % len(ABOUT)]
        while "{" in question:
            start, end = question.index("{"), question.index("}")
            question = (
                question[:start] + _value(question[start + 1 : end], drawn) + question[end + 1 :]
            )
        yield question


def _value(name: str, drawn: random.Random) -> str:
    def digits(count: int) -> str:
        return str(drawn.randint(10 ** (count - 1), 10**count - 1))

    year = drawn.randint(2009, 2026)
    day = f"{drawn.randint(1, 28):02}"
    month = f"{drawn.randint(1, 12):02}"
    values = {
        "force": drawn.choice(("Wrenmoor", "Osterfell", "Avon and Somerset", "Kent Police")),
        "year": str(year),
        "cycle": f"{year}/{(year + 1) % 100:02}",
        "count": str(drawn.randint(1, 999)),
        "urn": drawn.choice((digits(6), digits(7), f"SC{digits(6)}", f"EY{digits(6)}")),
        "ukprn": f"100{digits(5)}",
        "cqc": digits(9),
        "date": drawn.choice("/.-").join((day, month, str(year))),
        "money": drawn.choice((f"{digits(2)},{digits(3)},000", digits(8), f"{digits(1)}.5m")),
        "ref": drawn.choice((f"0{digits(10)}", digits(8), digits(16), f"{digits(2)}/{digits(5)}")),
        "crime": drawn.choice((f"{digits(2)}/{digits(5)}/19", f"01{digits(8)}", digits(10))),
        "percent": str(drawn.randint(1, 100)),
        "section": f"{drawn.randint(1, 9)}.{drawn.randint(1, 99)}",
        "uprn": digits(12),
        "laestab": f"{digits(3)}/{digits(4)}",
        "large": f"{digits(3)},{digits(3)}",
    }  # fmt: skip
    return values[name]


def test_personal_data_is_found_in_two_hundred_questions():
    missed = [
        (kind, text) for kind, text in personal_questions() if personal_data_in(text) is not kind
    ]
    assert missed == []


def test_no_number_of_five_hundred_questions_is_taken_for_a_persons():
    assert [(q, personal_data_in(q)) for q in domain_questions() if personal_data_in(q)] == []


@pytest.mark.real
def test_no_gold_question_is_taken_to_hold_personal_data():
    if not GOLD.exists():
        pytest.skip("no gold beside the checkout")
    lines = [line for path in GOLD.glob("*.jsonl") for line in path.read_text().splitlines()]
    asked = [text for row in map(json.loads, lines) for text in (row["question"], *row["history"])]
    assert len(asked) >= 344
    assert [text for text in asked if personal_data_in(text)] == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("NHS number 943 476 5919", PersonalDataKind.NHS),
        ("the NHS no. is 9434765919.", PersonalDataKind.NHS),
        ("０７７００ ９００１２３", PersonalDataKind.PHONE),
        ("077\u200b00 900123", PersonalDataKind.PHONE),
        ("07700\u2011900123", PersonalDataKind.PHONE),
        ("jo＠example.com", PersonalDataKind.EMAIL),
        ("my case: ring 07700 900123", PersonalDataKind.PHONE),
    ],
)
def test_other_ways_to_write_it_are_found(text: str, kind: PersonalDataKind):
    assert personal_data_in(text) is kind


@pytest.mark.parametrize(
    "text",
    [
        "NHS number 943 476 5918",  # its check digit is another
        "the NHS served 9434765918 patients",
        "4111 1111 1111 1112",
        "1234567812345670",  # passes Luhn's rule, but no issuer's numbers begin so
        "AB 12 34 56 E", "BG 12 34 56 A", "AB123456", "PEEL 12 34 56 A",
        "2018 2019 2020 2021", "2009/2010/2011/2012", "£07700900123", "07700", "020 2019",
        "01.02.2019 14 15", "0207 cases", "@example", "what @ 12.30", "a@b",
        "100000000000000000000",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_let_through(text: str):
    assert personal_data_in(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "1" * 10_000, "a" * 10_000, "a@" * 5_000, "a." * 5_000, "07" * 5_000, "0 7 " * 2_500,
        "AB12" * 2_500, "4111 " * 2_000, "a@" + "a." * 5_000, "a@" + "a-" * 5_000, "+44 " * 2_500,
        "NHS " * 2_500, "report " * 1_400, "(at)" * 2_500, "07700 90012" * 900, "@" * 10_000,
        "\u0660" * 5_000, "nhs" + " " * 9_997, "0" * 10_000, "+" * 10_000,
    ],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_ten_thousand_characters_of_anything_take_ten_milliseconds_at_most(text: str):
    def once() -> float:
        started = thread_time()
        personal_data_in(text)
        return thread_time() - started

    assert min(once() for _ in range(5)) <= 0.010


@given(text=st.text(st.sampled_from("07 4@.-()+aAB1/£NHS"), max_size=200))
def test_any_text_is_looked_through(text: str):
    assert personal_data_in(text) in (None, *PersonalDataKind)


PHONE = "07700 900123"
HOLDING = f"Was {PHONE} called back in Osterfell?"


@pytest.mark.parametrize(
    "question",
    [
        Question(HOLDING),
        Question("And then?", history=(HOLDING,)),
        Question("And then?", scope=Scope(bodies=(PHONE,), stated=("bodies",))),
    ],
    ids=["question", "history", "scope"],
)
def test_it_is_refused_by_the_assistant_and_not_repeated(
    sample_assistant: Assistant, question: Question, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.DEBUG), pytest.raises(PersonalData) as raised:
        sample_assistant.answer(question)
    assert str(raised.value) == (
        "the question seems to hold a telephone number: ask it without; "
        "reports are found by what they are about, not by whom"
    )
    assert PHONE not in caplog.text


def test_it_is_refused_in_a_query_a_topic_and_a_stream(sample_assistant: Assistant):
    with pytest.raises(PersonalData):
        sample_assistant.search(HOLDING, Scope(), k=1)
    with pytest.raises(PersonalData):
        sample_assistant.compare(HOLDING, ["Osterfell Police", "Wrenmoor Constabulary"])
    with pytest.raises(PersonalData):
        next(sample_assistant.stream(Question(HOLDING)))


@pytest.fixture(scope="module")
def client(sample_assistant: Assistant) -> Iterator[TestClient]:
    with TestClient(create_app(sample_assistant)) as client:
        yield client


@pytest.mark.parametrize("path", ["/v1/answers", "/v1/search"])
@pytest.mark.parametrize("number", range(5))
def test_it_is_refused_over_http_and_is_in_neither_the_problem_nor_the_log(
    client: TestClient, path: str, number: int, caplog: pytest.LogCaptureFixture
):
    text = [question for _, question in personal_questions()][number]
    with caplog.at_level(logging.DEBUG):
        asked = client.post(path, json={"question" if path == "/v1/answers" else "query": text})
    assert (asked.status_code, asked.json()["type"]) == (422, "urn:peelback:problem:personal-data")
    assert text not in caplog.text + asked.text


def test_it_is_refused_on_the_command_line_as_wrong_usage(sample_settings):
    result = CliRunner().invoke(cli, ["--library", str(sample_settings.library), "ask", HOLDING])
    assert result.exit_code == 2
    assert result.stderr.startswith("peelback: the question seems to hold a telephone number:")
    assert PHONE not in result.output
