"""Worked by hand: every expected value follows from the spans written beside it."""

from math import log2

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R

from eval.evidence import LocatedQuote, MatchStep
from eval.measures import (
    Place,
    Share,
    citation_precision,
    citation_recall,
    contains_all,
    covered,
    discounted_gain,
    evidence_precision,
    evidence_recall,
    quotes_cited,
    reciprocal_rank,
    share,
    verdict,
    wrong_cycle_citations,
    wrong_report_citations,
)
from index.documents import Span


def quote(*spans, report_id="north"):
    return LocatedQuote(report_id, tuple(Span(*span) for span in spans), MatchStep.TYPOGRAPHY)


def places(*spans, report_id="north"):
    return [Place(report_id, Span(*span)) for span in spans]


def test_overlapping_spans_cover_each_character_once():
    # 2..5 and 4..8 cover 2..8: six; 9..30 covers 9..10: one.
    assert covered(Span(0, 10), [Span(4, 8), Span(9, 30), Span(2, 5)]) == 7


SPANS = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda ends: Span(*sorted(ends)))


@given(SPANS, st.lists(SPANS))
def test_coverage_is_the_size_of_the_union(span, others):
    union = {at for other in others for at in range(other.start, other.end)}
    assert covered(span, others) == len(union & set(range(span.start, span.end)))


def test_a_quote_is_found_from_half_of_its_characters():
    evidence = [quote((100, 120))]
    assert evidence_recall(evidence, places((110, 300)), k=1) == Share(1, 1)
    assert evidence_recall(evidence, places((111, 300)), k=1) == Share(0, 1)


def test_two_passages_find_a_quote_that_runs_over_their_border():
    # 6 of 20 characters in the first, 4 in the third; the second is another report's.
    evidence = [quote((100, 120))]
    ranking = [*places((0, 106)), *places((90, 130), report_id="south"), *places((116, 200))]

    assert evidence_recall(evidence, ranking, k=2) == Share(0, 1)
    assert evidence_recall(evidence, ranking, k=3) == Share(1, 1)


def test_recall_is_the_share_of_a_questions_quotes():
    evidence = [quote((0, 10)), quote((50, 60)), quote((0, 10), report_id="south")]
    ranking = places((500, 600), (0, 20), (40, 70))

    assert evidence_recall(evidence, ranking, k=1) == Share(0, 3)
    assert evidence_recall(evidence, ranking, k=5) == Share(2, 3)


def test_a_quote_that_stands_twice_is_found_in_either_place():
    assert evidence_recall([quote((0, 10), (90, 100))], places((80, 120)), k=1) == Share(1, 1)


def test_without_evidence_nothing_is_recalled_or_missed():
    assert evidence_recall([], places((0, 10)), k=5) is None
    assert reciprocal_rank([], places((0, 10))) is None
    assert citation_recall([], places((0, 10))) is None
    assert citation_precision([], places((0, 10))) is None


def test_without_passages_recall_is_zero_not_undefined():
    assert evidence_recall([quote((0, 10))], [], k=5) == Share(0, 1)
    assert reciprocal_rank([quote((0, 10))], []) == Share(0)


def test_the_reciprocal_rank_is_that_of_the_first_passage_with_evidence():
    ranking = [*places((50, 60)), *places((0, 10), report_id="south"), *places((5, 40), (0, 5))]
    found = reciprocal_rank([quote((0, 10))], ranking)
    assert found is not None
    assert found.value == pytest.approx(1 / 3)


def test_evidence_below_the_tenth_passage_has_no_rank():
    far = [(1000 + i, 1001 + i) for i in range(10)]
    assert reciprocal_rank([quote((0, 10))], places(*far, (0, 10))) == Share(0)
    assert reciprocal_rank([quote((0, 10))], places(*far[:9], (0, 10))) == Share(0.1)


@given(st.permutations(range(12)), st.sets(st.integers(0, 11), min_size=1))
def test_ir_measures_agrees_where_every_passage_is_one_document(order, relevant):
    """With quotes that are whole passages, evidence recall is recall of documents."""
    evidence = [quote((10 * i, 10 * i + 10)) for i in sorted(relevant)]
    ranking = places(*((10 * i, 10 * i + 10) for i in order))
    qrels = {"q": {str(i): 1 for i in relevant}}
    run = {"q": {str(i): -float(rank) for rank, i in enumerate(order)}}

    expected = ir_measures.calc_aggregate([R @ 5, RR @ 10], qrels, run)
    recall, rank = evidence_recall(evidence, ranking, k=5), reciprocal_rank(evidence, ranking)
    assert recall is not None
    assert rank is not None
    assert recall.value == pytest.approx(expected[R @ 5])
    assert rank.value == pytest.approx(expected[RR @ 10])


def test_citation_recall_and_precision_count_characters_once():
    # Evidence 0..20 and 100..110: 30 characters. Cited 10..30 twice and 105..125: 40 characters,
    # of which 10..20 and 105..110 are evidence: 15.
    evidence = [quote((0, 20)), quote((100, 110))]
    cited = places((10, 30), (10, 30), (105, 125))

    assert citation_recall(evidence, cited) == Share(15, 30)
    assert citation_precision(evidence, cited) == Share(15, 40)


def test_citing_the_same_place_of_another_report_is_no_evidence():
    assert citation_recall([quote((0, 20))], places((0, 20), report_id="south")) == Share(0, 20)
    assert citation_precision([quote((0, 20))], places((0, 20), report_id="south")) == Share(0, 20)


def test_of_a_repeated_quote_the_best_covered_place_counts():
    assert citation_recall([quote((0, 20), (100, 120))], places((105, 200))) == Share(15, 20)


def test_who_cites_nothing_has_recall_zero_and_no_precision():
    assert citation_recall([quote((0, 20))], []) == Share(0, 20)
    assert citation_precision([quote((0, 20))], []) is None
    assert wrong_report_citations({"north"}, []) is None


def test_a_list_is_complete_when_all_its_quotes_are_cited():
    evidence = [quote((0, 20)), quote((30, 50)), quote((60, 80))]
    assert quotes_cited(evidence, places((0, 45), (71, 80))) == Share(2, 3)


def test_citations_of_reports_that_evidence_does_not_name_are_wrong():
    cited = [*places((0, 9), (9, 12)), *places((0, 9), report_id="south")]
    assert wrong_report_citations({"north", "east"}, cited) == Share(1, 3)


@pytest.mark.parametrize(
    ("groups", "texts", "holds"),
    [
        ([["nine weeks"]], ["They wait nine\u00a0weeks."], True),
        ([["Nine Weeks"]], ["they wait nine  weeks [1]"], True),
        ([["nine"], ["weeks"]], ["They wait nine days.", "…for weeks"], True),
        ([["nine"], ["months"]], ["They wait nine weeks."], False),
        ([["9 weeks", "nine weeks"]], ["They wait nine weeks."], True),
        ([["the force's plan"]], ["The force’s plan"], True),
        ([["inconsisten"]], ["Recording is inconsistent."], True),
        ([["7-15"]], ["aged 7–15"], True),
        ([["14"]], ["It began in 2014."], False),
        ([["30"]], ["It was 30.8 per cent."], False),
        ([["100"]], ["There were 1,100."], False),
        ([["14"]], ["There were 14, then 15."], True),
        ([["14"]], ["There were 14.", "2014"], True),
        ([["3"]], ["Officers meet weekly. [3]"], False),
        ([["nine"]], [], False),
    ],
)
def test_an_answer_contains_what_it_must(groups, texts, holds):
    assert contains_all(groups, texts) == verdict(holds)


def test_an_answer_that_must_contain_nothing_is_not_measured_by_it():
    assert contains_all([], ["Anything."]) is None


def test_a_share_of_nothing_is_undefined():
    assert share(0, 0) is None


@pytest.mark.parametrize(
    ("part", "whole"), [(3, 2), (-1, 2), (0, 0), (float("nan"), 1), (1, float("inf"))]
)
def test_a_share_that_has_no_value_between_0_and_1_is_refused(part, whole):
    with pytest.raises(ValueError, match="a share needs 0 <= part <= whole > 0"):
        Share(part, whole)


def test_precision_is_the_share_of_what_was_read_that_is_evidence():
    # 100 characters read, 10 of them evidence; the second passage repeats 50 and adds 50.
    evidence = [quote((20, 30)), quote((500, 510))]
    ranking = places((0, 100), (50, 150))

    assert evidence_precision(evidence, ranking, k=1) == Share(10, 100)
    assert evidence_precision(evidence, ranking, k=5) == Share(10, 150)
    assert evidence_precision(evidence, [], k=5) is None
    assert evidence_precision([], ranking, k=5) is None


def test_gain_is_discounted_by_the_rank_at_which_evidence_first_appears():
    # Found at ranks 2 and 3; the passage at rank 4 repeats. At best ranks 1 and 2.
    evidence = [quote((0, 10)), quote((50, 60))]
    ranking = places((500, 600), (0, 20), (50, 70), (0, 20))

    best = 1 + 1 / log2(3)
    assert discounted_gain(evidence, ranking).value == pytest.approx((1 / log2(3) + 1 / 2) / best)


def test_quotes_that_one_passage_holds_are_one_document():
    assert discounted_gain([quote((0, 10)), quote((20, 30))], places((0, 40))).value == 1


def test_a_quote_that_is_never_found_stays_in_the_ideal_ranking():
    # One of three found, at rank 1.
    evidence = [quote((0, 10)), quote((50, 60)), quote((90, 99))]
    ideal = 1 + 1 / log2(3) + 1 / 2
    assert discounted_gain(evidence, places((0, 20))).value == pytest.approx(1 / ideal)
    assert discounted_gain(evidence, []).value == 0
    assert discounted_gain([], places((0, 20))) is None


def test_citations_of_another_cycle_are_told_from_those_of_none():
    assert wrong_cycle_citations({"2031"}, ["2031", "2029", None]) == Share(1, 2)
    assert wrong_cycle_citations({"2031"}, [None]) is None
    assert wrong_cycle_citations(set(), ["2031"]) is None
