from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.evidence import LocatedQuote, MatchStep, QuoteFinder, StaleLabel, locate_evidence
from eval.folding import fold_letters, fold_typography
from eval.gold import Evidence, GoldQuestion
from index.documents import Metadata, Report, Section, Span
from index.errors import UnknownReport

TEXT = (
    "Operation Lantern\n\n"
    "The force’s co-located team – nine officers – runs Operation Lantern.\n\n"
    "• It meets every week.\n\n"
    "Few cases were reviewed. The team’s ﬁrst review found few faults. Few cases were reviewed."
)


def report(text, report_id="north-2031"):
    whole = Span(0, len(text))
    return Report(
        report_id=report_id,
        source=f"{report_id}.txt",
        sha256="0" * 64,
        text=text,
        metadata=Metadata(title="Northmarch"),
        sections=(Section(path=(), span=whole, body=whole),),
    )


def found(quote, text=TEXT):
    match = QuoteFinder(text).find(quote)
    assert match is not None
    step, spans = match
    return step, [span.of(text) for span in spans]


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("The force's co- located team", "The force’s co-located team"),
        ("The force’s co-\nlocated team", "The force’s co-located team"),
        (
            "nine officers - runs  Operation\u00a0Lantern.",
            "nine officers – runs Operation Lantern.",
        ),
        ("The team's first review", "The team’s ﬁrst review"),
        ("  runs Operation Lantern.\n", "runs Operation Lantern."),
    ],
)
def test_white_space_typography_and_line_ends_are_folded_first(quote, words):
    assert found(quote) == (MatchStep.TYPOGRAPHY, [words])


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("runs Operation Lantern5.", "runs Operation Lantern"),
        ("runs Operation Lantern.12 It meets every week", None),
        ("Operation Lan- tern. It meets every week", "Operation Lantern.\n\n• It meets every week"),
    ],
)
def test_then_letters_and_digits_alone_without_footnote_digits(quote, words):
    step, spans = found(quote)
    assert step is MatchStep.LETTERS
    assert spans == [words or "runs Operation Lantern.\n\n• It meets every week"]


def test_a_footnote_digit_in_the_report_is_no_part_of_the_word():
    text = "They run Operation Lantern4 and meet."
    assert found("run Operation Lantern and meet.", text)[0] is MatchStep.LETTERS


def test_figures_are_not_taken_for_footnotes():
    folded = fold_letters("In 2017, 44 cases of section 47; £12.50")
    assert folded.text == "in201744casesofsection471250"


def test_a_changed_letter_is_forgiven_last():
    quote = "The team's first review found few fault. Few cases were reviewed"
    step, spans = found(quote)
    assert step is MatchStep.PARTIAL
    assert spans[0].startswith("The team’s ﬁrst review found few faults.")


def test_a_changed_word_is_not_forgiven():
    assert QuoteFinder(TEXT).find("The team’s last review found few faults.") is None


def test_a_quote_longer_than_the_report_is_not_in_it():
    assert QuoteFinder("Good").find("Good at preventing crime and disorder") is None


def test_a_word_inside_a_longer_word_is_no_match():
    text = "The fact is that they act."
    assert QuoteFinder(text).find("act") == (MatchStep.TYPOGRAPHY, (Span(22, 25),))


def test_every_place_of_a_repeated_quote_is_given():
    assert found("Few cases were reviewed.")[1] == ["Few cases were reviewed."] * 2


@given(st.text(), st.data())
def test_the_folded_text_leads_back_to_the_original(text, data):
    folded = data.draw(st.sampled_from([fold_typography, fold_letters]))(text)
    assert len(folded.offsets) == len(folded.text)
    assert list(folded.offsets) == sorted(folded.offsets)
    assert all(offset < len(text) for offset in folded.offsets)


@given(st.text(), st.text(alphabet=" \n\t\u00a0\u2009", min_size=1))
def test_white_space_never_matters(text, space):
    spaced = text.replace(" ", space)
    assert fold_typography(spaced).text == fold_typography(text).text


WORDS = st.lists(
    st.sampled_from(
        ["police", "team’s", "“review”", "co-located", "2017", "cases,", "found.", "(9)"]
    )
)


@given(WORDS, WORDS.filter(bool), WORDS)
def test_a_slice_of_the_text_is_found_where_it_stands(before, words, after):
    lead = "".join(f"{word} " for word in before)
    quote = " ".join(words)
    text = f"{lead}{quote} {' '.join(after)}"

    match = QuoteFinder(text).find(quote.replace("’", "'").replace("“", '"').replace(" ", "\n"))
    assert match is not None
    step, spans = match
    assert step is MatchStep.TYPOGRAPHY
    assert Span(len(lead), len(lead) + len(quote)) in spans


def question(*evidence):
    return GoldQuestion("g", "q1", "How?", "fact", answerable=True, evidence=evidence)


def one_report(name):
    if name != "north-2031":
        raise UnknownReport(name)
    return report(TEXT)


def test_evidence_is_located_by_gold_and_question():
    asked = question(Evidence("north-2031", "It meets every week."))
    labels = locate_evidence([asked], one_report)

    at = TEXT.index("It meets")
    assert labels.of(asked) == (
        LocatedQuote("north-2031", (Span(at, at + 20),), MatchStep.TYPOGRAPHY, kind="other"),
    )
    assert labels.stale == ()
    assert labels.steps("g") == {MatchStep.TYPOGRAPHY: 1}
    assert labels.ambiguous("g") == 0


def test_evidence_names_a_file_and_a_report_is_known_by_its_slug():
    asked = question(Evidence("North 2031", "It meets every week."))
    assert locate_evidence([asked], one_report).of(asked)[0].report_id == "north-2031"


def test_what_is_not_found_is_stale_and_says_why():
    missing = Evidence("south-2031", "It meets every week.")
    altered = Evidence("north-2031", "It never meets at all.")

    absent, changed = locate_evidence([question(missing, altered)], one_report).stale
    assert absent == StaleLabel("g", "q1", missing, "no report of that name is in the library")
    assert replace(changed, nearest=None) == StaleLabel(
        "g", "q1", altered, "the quote is not in the report"
    )
    assert changed.nearest is not None
    assert changed.nearest.ratio < 95


def test_a_report_is_read_once_and_a_repeated_quote_is_ambiguous():
    reads = []

    def counted(name):
        reads.append(name)
        return one_report(name)

    twice = Evidence("north-2031", "Few cases were reviewed.")
    labels = locate_evidence([question(twice, twice)], counted)
    assert reads == ["north-2031"]
    assert labels.ambiguous("g") == 2
