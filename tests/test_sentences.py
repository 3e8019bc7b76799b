from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.passages.sentences import BULLET, LineKind, sentence_spans, text_lines


def sentences(text: str) -> list[str]:
    return [span.of(text) for span in sentence_spans(text)]


def test_each_paragraph_and_each_bullet_is_cut_on_its_own() -> None:
    text = "We saw this. It works.\n\nThe force should:\n\n• act now\n• wait. Then act\n\nEnd"
    assert sentences(text) == [
        "We saw this.",
        "It works.",
        "The force should:",
        "act now",
        "wait.",
        "Then act",
        "End",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They did.1 Then they left.", ["They did.1", "Then they left."]),
        ("They did.”12 “Then” it was.", ["They did.”12", "“Then” it was."]),
        ("They did.² Then they left.", ["They did.²", "Then they left."]),
        ("They did.[2] Then they left.", ["They did.[2]", "Then they left."]),
        ("No.5 The Parade is let.", ["No.5 The Parade is let."]),
        ("Rates are 0.10 DVPN and 2.1 Adoption.", ["Rates are 0.10 DVPN and 2.1 Adoption."]),
        ("Under s. 136 it did. No. 5 left.", ["Under s. 136 it did.", "No. 5 left."]),
        ("See para. 4 and ch. 3 of it. Now.", ["See para. 4 and ch. 3 of it.", "Now."]),
        ("Cllr. Green spoke. Dr. Lee sat.", ["Cllr. Green spoke.", "Dr. Lee sat."]),
        ("At 5 p.m. the van left. Then I did.", ["At 5 p.m. the van left.", "Then I did."]),
        ("1. The first. 2. The second.", ["1. The first.", "2. The second."]),
        ("They are safe. 47. Most stay.", ["They are safe.", "47. Most stay."]),
        ("a) one. b) two. ii. three.", ["a) one.", "b) two.", "ii. three."]),
        ("It grew by 18.5 percent. It fell.", ["It grew by 18.5 percent.", "It fell."]),
        ("See GOV.UK for it. Then go.", ["See GOV.UK for it.", "Then go."]),
        ("It works.Inspectors saw it.", ["It works.", "Inspectors saw it."]),
        ("She said: “Stop. Go.” We left.", ["She said: “Stop. Go.”", "We left."]),
        ("Works? Yes! Good…", ["Works?", "Yes!", "Good…"]),
        ("It ended. …", ["It ended. …"]),
    ],
)
def test_a_known_trap_is_cut_right(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_no_break_space_beside_a_full_stop_is_a_blank() -> None:
    assert sentences("\u00a0. Act.\u00a0Then\u00a0act.") == [". Act.", "Then\u00a0act."]


def test_a_quotation_mark_left_open_does_not_swallow_what_follows() -> None:
    text = "He said “go. " + "The unit left at once. " * 30 + "It came back.” Then it rained."
    assert sentences(text) == [
        "He said “go.",
        *["The unit left at once."] * 30,
        "It came back.”",
        "Then it rained.",
    ]


def test_a_line_knows_how_it_begins() -> None:
    lines = list(text_lines("Plain.\n\n• Bullet.\n2. Number.\n(b) Letter.\n  \n"))
    assert [line.kind for line in lines] == [
        LineKind.PLAIN,
        LineKind.BULLET,
        LineKind.NUMBERED,
        LineKind.NUMBERED,
    ]


def test_a_bullet_mark_is_in_its_line_and_in_no_sentence() -> None:
    text = "•\tAct."
    (line,) = text_lines(text)
    assert (line.span.of(text), [s.of(text) for s in line.sentences]) == ("•\tAct.", ["Act."])


def test_a_line_of_nothing_but_a_bullet_mark_has_no_sentence() -> None:
    assert sentence_spans("•  \n\n") == ()


CANONICAL = st.text(
    alphabet=st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("aAzZ.!?…1² \u00a0\u2009\n•“”‘’()[]\"'-,:"),
    ),
    max_size=300,
)


@given(CANONICAL)
def test_every_character_but_bullet_marks_is_in_exactly_one_sentence(text: str) -> None:
    unmarked = "\n".join(
        line.lstrip().removeprefix(BULLET) if line.lstrip().startswith(BULLET) else line
        for line in text.split("\n")
    )
    assert "".join("".join(sentences(text)).split()) == "".join(unmarked.split())


@given(CANONICAL)
def test_sentences_are_trimmed_in_order_and_within_one_line(text: str) -> None:
    spans = sentence_spans(text)
    assert all(first.end <= second.start for first, second in pairwise(spans))
    assert all(s.of(text) == s.of(text).strip() != "" and "\n" not in s.of(text) for s in spans)


@pytest.mark.parametrize("unit", ["a", "a b ", "a. b. ", "A. ", "“", "( a. ", "1. ", "é.\u00a0"])
def test_a_line_of_300_kilobytes_is_cut_in_seconds(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    started = time.perf_counter()
    spans = sentence_spans(text)
    assert time.perf_counter() - started < 10
    assert sum(len("".join(span.of(text).split())) for span in spans) == len("".join(text.split()))
