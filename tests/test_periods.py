"""Years in questions: which name a report, and which are its content."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import Span
from rag.scope.periods import Standing, cycle_years, find_periods

REPORT, PERHAPS, CONTENT, PLAN = Standing


def periods(text: str, name: str = "Leeds") -> list[tuple[str, Standing]]:
    at = text.find(name)
    names = [Span(at, at + len(name))] if at >= 0 else []
    return [(period.label, period.standing) for period in find_periods(text, names)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the 2021 JTAI of Leeds", [("2021", REPORT)]),
        ("in its 2023 letter", [("2023", REPORT)]),
        ("the 2024 serious youth violence inspection", [("2024", REPORT)]),
        ("PEEL 2018/19 grades", [("2018/19", REPORT)]),
        ("PEEL 18/19", [("2018/19", REPORT)]),
        ("the 2023-25 PEEL cycle", [("2023-25", REPORT)]),
        ("the JTAI of Leeds in 2021", [("2021", REPORT)]),
        ("Leeds 2024: who led?", [("2024", REPORT)]),
        ("who led? (2025 letter)", [("2025", REPORT)]),
        ("was Leeds inspected in 2019", [("2019", REPORT)]),
        ("what grade did it get in 2018?", [("2018", REPORT)]),
        ("What did inspectors find in Leeds in 2019?", [("2019", REPORT)]),
        ("the 2018 and 2021 PEEL reports", [("2018", REPORT), ("2021", REPORT)]),
        ("after the May 2024 inspection", [("2024", PERHAPS)]),
        ("since 2017", [("2017", CONTENT)]),
        ("since its 2016 inspection", [("2016", CONTENT)]),
        ("in 2018/19", [("2018/19", CONTENT)]),
        ("between April 2017 and March 2018", [("2017", CONTENT), ("2018", CONTENT)]),
        ("a project from 2015", [("2015", CONTENT)]),
        ("the 2016 conference on neglect", [("2016", CONTENT)]),
        ("what did the inspection find about arrests in 2018?", [("2018", CONTENT)]),
        ("in 2018 the report", [("2018", CONTENT)]),
        ("no crime by 2030", [("2030", PLAN)]),
        ("the 2025-28 strategy", [("2025-28", PLAN)]),
        ("plans for 2026", [("2026", PLAN)]),
        ("2000 children, £2019 and 2019.5", []),
        ("no year at all in 1/2", []),
    ],
)
def test_the_words_around_a_year_say_what_it_does(text: str, expected: list[tuple[str, Standing]]):
    assert periods(text) == expected


def test_a_month_is_read_with_its_year():
    (period,) = find_periods("the 16 May 2024 letter")
    assert (period.month, period.first, period.span) == (5, 2024, Span(4, 15))


@pytest.mark.parametrize(
    ("cycle", "years"),
    [
        ("2018", {2018}),
        ("2018/19", {2018, 2019}),
        ("2023–25", {2023, 2024, 2025}),
        ("PEEL 2021-22", {2021, 2022}),
        ("soon", set()),
    ],
)
def test_a_cycle_is_its_years(cycle: str, years: set[int]):
    assert cycle_years(cycle) == years


@given(st.text(alphabet="PEEL JTAI 2018/19-–(),in the", max_size=60))
def test_periods_stand_in_order_in_any_text(text: str):
    spans = [period.span for period in find_periods(text)]
    assert spans == sorted(spans)
    assert all("20" in span.of(text) or "/" in span.of(text) for span in spans)
