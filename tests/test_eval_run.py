import json
import math
from dataclasses import replace

import pytest
from click.testing import CliRunner

from eval.commands import Openers, eval_group
from eval.errors import NothingMeasured, StaleLabels
from eval.gold import Evidence, GoldFile, GoldQuestion
from eval.ladder import climb
from eval.latency import Latency, latencies
from eval.promises import Problem, ProblemKind
from eval.record import write_run
from eval.run import asked, evaluate, proves_something
from eval.summary import summary_markdown
from index.documents import Metadata, Report, Section, Span
from index.errors import UnknownReport
from rag.answers import (
    Answer,
    AnswerStatus,
    Citation,
    Coverage,
    LibraryStamp,
    Mode,
    Question,
    RankedPassage,
    Scope,
    Sentence,
    SentenceKind,
    Timings,
)

TEXTS = {
    "northmarch-2031": (
        "Northmarch Police has 52 detectives. Supervision is often poor.\n\n"
        "Areas for improvement\n\n• Train every sergeant.\n\n• Review every case."
    ),
    "eastholm-2031": "Eastholm Police has 61 detectives. Supervision is good.",
}
STAMP = LibraryStamp(reports=2, revision=3, digest="d1g35t")


class ScriptedAssistant:
    """Answers the questions that it has lines for; a line may be an exception."""

    def __init__(self, lines, rankings=None):
        self.lines = lines
        self.ranked = rankings or {}
        self.heard = []

    def answer(self, question):
        self.heard.append(question)
        line = self.lines[question.text]
        if isinstance(line, Exception):
            raise line
        return line

    def rankings(self, question):
        return self.ranked[question.text]

    def report(self, report_id):
        if report_id not in TEXTS:
            raise UnknownReport(report_id)
        text = TEXTS[report_id]
        whole = Span(0, len(text))
        return Report(
            report_id=report_id,
            source=f"{report_id}.txt",
            sha256="0" * 64,
            text=text,
            metadata=Metadata(title=report_id),
            sections=(Section(path=(), span=whole, body=whole),),
        )

    def stamp(self):
        return STAMP


def span_of(report_id, words):
    start = TEXTS[report_id].index(words)
    return Span(start, start + len(words))


def passage(report_id, words, score=1.0):
    span = span_of(report_id, words)
    return RankedPassage(f"{report_id}:{span.start}", report_id, (), None, span, words, score)


def citation(number, report_id, words):
    return Citation(
        number=number,
        passage_id=f"{report_id}:0",
        report_id=report_id,
        report_title=report_id,
        publisher=None,
        body=None,
        cycle=None,
        published=None,
        section=(),
        page=None,
        span=span_of(report_id, words),
        quote=words,
        note=None,
        url=None,
    )


def answer(question, *cited, passages=(), status=AnswerStatus.ANSWERED, total_ms=10.0):
    citations = tuple(citation(n, *place) for n, place in enumerate(cited, start=1))
    sentences = tuple(Sentence(c.quote, (c.number,), SentenceKind.VERBATIM) for c in citations)
    return Answer(
        id="a1",
        question=question,
        status=status,
        reason=None if citations else "The reports do not say.",
        text=" ".join(f"{c.quote} [{c.number}]" for c in citations),
        sentences=sentences,
        citations=citations,
        passages=tuple(passage(*place) for place in passages),
        scope=Scope(),
        coverage=Coverage(in_scope=2, searched=2, cited=len(citations)),
        warnings=(),
        confidence=0.9,
        mode=Mode.EXTRACTIVE,
        degraded=None,
        library=STAMP,
        timings_ms=Timings(embed=1.0, retrieve=2.0, read=3.0, total=total_ms),
    )


DETECTIVES = ("northmarch-2031", "Northmarch Police has 52 detectives.")
EASTHOLM = ("eastholm-2031", "Eastholm Police has 61 detectives.")
TRAIN = ("northmarch-2031", "Train every sergeant.")
REVIEW = ("northmarch-2031", "Review every case.")

HOW_MANY = GoldQuestion(
    gold="police",
    id="q1",
    question="How many detectives has Northmarch?",
    type="fact",
    answerable=True,
    history=("Is Northmarch a large force?",),
    evidence=(Evidence(*DETECTIVES),),
    must_contain=(("52",),),
    scope={"area": "Northmarch"},
)
LIST = GoldQuestion(
    gold="police",
    id="q2",
    question="List the areas for improvement.",
    type="list",
    answerable=True,
    evidence=(Evidence(*TRAIN), Evidence(*REVIEW)),
)
WEATHER = GoldQuestion(
    gold="police",
    id="q3",
    question="Will it rain?",
    type="unanswerable",
    answerable=False,
    why="off_topic",
)
REFUSED = answer(WEATHER.question, status=AnswerStatus.OUT_OF_SCOPE)


def gold(*questions):
    return GoldFile("police", "5ha", questions)


def run(*pairs):
    assistant = ScriptedAssistant({question.question: line for question, line in pairs})
    questions = [question for question, _ in pairs]
    return evaluate(assistant, [gold(*questions)], on_asked=lambda: None)


def measures(question, line):
    (outcome,) = run((question, line)).outcomes
    return {name: part.value for name, part in outcome.measures.items() if part is not None}


def test_a_right_answer_has_full_marks():
    right = answer(HOW_MANY.question, DETECTIVES, passages=[EASTHOLM, DETECTIVES])

    # 34 + 36 characters read, 36 of them evidence; found at rank 2, where the gain is 1 / log2(3).
    assert measures(HOW_MANY, right) == {
        "right": 1,
        "failed": 0,
        "evidence_recall@1": 0,
        "evidence_recall@5": 1,
        "evidence_recall@10": 1,
        "evidence_precision@1": 0,
        "evidence_precision@5": pytest.approx(36 / 70),
        "evidence_precision@10": pytest.approx(36 / 70),
        "mrr@10": 1 / 2,
        "ndcg@10": pytest.approx(1 / math.log2(3)),
        "citation_recall": 1,
        "citation_precision": 1,
        "evidence_cited": 1,
        "must_contain": 1,
        "wrong_body": 0,
        "wrong_body_citations": 0,
        "answered": 1,
        "false_abstention": 0,
        "citation_validity": 1,
        "cited_sentences": 1,
    }


def test_an_answer_about_another_body_is_found_out():
    wrong = measures(HOW_MANY, answer(HOW_MANY.question, EASTHOLM, DETECTIVES))

    assert (wrong["wrong_body"], wrong["wrong_body_citations"]) == (1, 1 / 2)
    # 36 of 36 characters of evidence, and 36 of the 34 + 36 that were cited.
    assert wrong["citation_recall"] == 1
    assert wrong["citation_precision"] == pytest.approx(36 / 70)


def test_the_wrong_body_is_measured_only_where_the_question_names_one():
    unnamed = replace(HOW_MANY, scope={})
    assert "wrong_body" not in measures(unnamed, answer(HOW_MANY.question, EASTHOLM))


def test_half_a_list_is_half_complete():
    assert measures(LIST, answer(LIST.question, REVIEW))["list_completeness"] == 1 / 2


def test_a_false_abstention_contains_nothing_and_has_no_precision():
    refused = answer(HOW_MANY.question, status=AnswerStatus.NOT_IN_REPORTS)
    got = measures(HOW_MANY, refused)

    assert (got["answered"], got["false_abstention"], got["must_contain"]) == (0, 1, 0)
    assert got["citation_recall"] == 0
    assert "citation_precision" not in got


@pytest.mark.parametrize(
    ("status", "abstained"),
    [
        (AnswerStatus.ANSWERED, 0),
        (AnswerStatus.PARTIAL, 0),
        (AnswerStatus.NOT_IN_REPORTS, 1),
        (AnswerStatus.NO_MATCHING_REPORTS, 1),
        (AnswerStatus.NEEDS_CLARIFICATION, 1),
        (AnswerStatus.OUT_OF_SCOPE, 1),
    ],
)
def test_every_status_but_answered_and_partial_is_an_abstention(status, abstained):
    assert measures(WEATHER, answer(WEATHER.question, status=status)) == {
        "right": abstained,
        "failed": 0,
        "abstention": abstained,
    }


def test_a_failed_question_is_counted_and_is_neither_answer_nor_abstention():
    done = run((HOW_MANY, ZeroDivisionError("lost")), (WEATHER, ValueError("also lost")))
    overall = done.scores.all.overall

    assert done.failed == 2
    assert overall["failed"].mean == 1
    assert (overall["answered"].mean, overall["false_abstention"].mean) == (0, 0)
    assert (overall["abstention"].mean, overall["must_contain"].mean) == (0, 0)
    assert overall["citation_validity"].mean is None
    with pytest.raises(NothingMeasured, match="all 2 questions failed"):
        proves_something(done)


def test_the_assistant_hears_the_history_and_not_the_golds_scope():
    assistant = ScriptedAssistant({HOW_MANY.question: answer(HOW_MANY.question, DETECTIVES)})
    evaluate(assistant, [gold(HOW_MANY)], on_asked=lambda: None)

    assert assistant.heard == [
        Question("How many detectives has Northmarch?", ("Is Northmarch a large force?",))
    ]
    assert asked(HOW_MANY).scope == Scope()


def test_a_quote_that_is_not_in_its_report_breaks_a_promise():
    right = answer(HOW_MANY.question, DETECTIVES)
    altered = replace(right.citations[0], quote="Northmarch Police has 53 detectives.")
    done = run((HOW_MANY, replace(right, citations=(altered,))))

    assert done.outcomes[0].problems == (
        Problem(
            ProblemKind.INVALID_CITATION,
            "[1] northmarch-2031[0:36] is 'Northmarch Police has 52 detectives.', "
            "not 'Northmarch Police has 53 detectives.'",
        ),
    )
    assert done.scores.all.overall["citation_validity"].mean == 0
    with pytest.raises(NothingMeasured, match="1 of 1 answers broke a promise"):
        proves_something(done)


def test_a_citation_of_a_report_that_is_not_there_breaks_a_promise():
    right = answer(HOW_MANY.question, DETECTIVES)
    elsewhere = replace(right.citations[0], report_id="westmoor-2031")
    (outcome,) = run((HOW_MANY, replace(right, citations=(elsewhere,)))).outcomes

    assert outcome.problems == (
        Problem(
            ProblemKind.INVALID_CITATION,
            "[1] westmoor-2031[0:36]: no such report is in the library",
        ),
    )


@pytest.mark.parametrize("numbers", [(), (2,), (1, 2)])
def test_a_sentence_without_its_citations_breaks_a_promise(numbers):
    right = answer(HOW_MANY.question, DETECTIVES)
    bare = Sentence("It has 52.", numbers, SentenceKind.FACT)
    (outcome,) = run((HOW_MANY, replace(right, sentences=(*right.sentences, bare)))).outcomes

    assert outcome.problems == (Problem(ProblemKind.UNCITED_SENTENCE, "It has 52."),)
    assert outcome.measures["cited_sentences"].value == 1 / 2


def test_a_confidence_that_is_no_number_breaks_a_promise():
    (outcome,) = run((HOW_MANY, replace(REFUSED, confidence=math.nan))).outcomes
    assert outcome.problems == (Problem(ProblemKind.NOT_A_NUMBER, "answer.confidence is nan"),)


def test_stale_labels_stop_the_run_before_anything_is_asked():
    stale = replace(
        HOW_MANY,
        evidence=(
            Evidence("northmarch-2031", "Northmarch Police has no detectives whatever."),
            Evidence("westmoor-2031", "Westmoor has 12."),
        ),
    )
    assistant = ScriptedAssistant({})

    with pytest.raises(StaleLabels) as caught:
        evaluate(assistant, [gold(stale)], on_asked=lambda: None)
    assert str(caught.value).splitlines() == [
        "2 stale gold labels:",
        "  police q1: northmarch-2031: the quote is not in the report: "
        "'Northmarch Police has no detectives whatever.'",
        "  police q1: westmoor-2031: no report of that name is in the library: 'Westmoor has 12.'",
    ]
    assert assistant.heard == []


def test_a_gold_file_without_questions_measures_nothing():
    with pytest.raises(NothingMeasured, match="there is no question in police"):
        evaluate(ScriptedAssistant({}), [gold()], on_asked=lambda: None)


def test_two_runs_differ_in_their_timings_only(tmp_path):
    for name, ms in (("one", 10.0), ("two", 99.0)):
        right = answer(HOW_MANY.question, DETECTIVES, total_ms=ms)
        write_run(tmp_path / name, run((HOW_MANY, right), (WEATHER, ValueError("lost"))))

    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    same = [
        name
        for name in names
        if (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    ]
    assert names == [
        "answers.jsonl",
        "measures.jsonl",
        "problems.jsonl",
        "questions.jsonl",
        "scores.json",
        "settings.json",
        "summary.md",
        "timings.jsonl",
    ]
    assert set(names) - set(same) == {"summary.md", "timings.jsonl"}


def test_an_answer_is_kept_as_every_door_writes_it_but_for_its_timings(tmp_path):
    write_run(tmp_path / "one", run((HOW_MANY, answer(HOW_MANY.question, DETECTIVES))))

    (line,) = (tmp_path / "one" / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    kept = json.loads(line)
    assert (kept["gold"], kept["id"]) == ("police", "q1")
    assert kept["answer"]["citations"][0]["quote"] == "Northmarch Police has 52 detectives."
    assert "timings_ms" not in kept["answer"]


@pytest.mark.parametrize(
    ("question", "line", "cause"),
    [
        (HOW_MANY, answer("", DETECTIVES, passages=[DETECTIVES]), None),
        (HOW_MANY, ValueError("lost"), "failed"),
        (HOW_MANY, replace(REFUSED), "answerable, but out_of_scope"),
        (HOW_MANY, answer("", EASTHOLM), "cites another report"),
        (HOW_MANY, answer("", TRAIN), "no evidence read"),
        (HOW_MANY, answer("", TRAIN, passages=[DETECTIVES]), "evidence read, none cited"),
        (LIST, answer("", TRAIN, passages=[TRAIN]), "list incomplete"),
        (WEATHER, answer("", TRAIN), "unanswerable, but answered"),
        (WEATHER, REFUSED, None),
    ],
)
def test_a_lost_question_says_where_it_was_lost(question, line, cause):
    (outcome,) = run((question, line)).outcomes
    assert outcome.cause == cause


def test_latency_is_a_time_that_was_taken():
    timings = [Timings(embed=1, retrieve=2, read=3, total=float(ms)) for ms in range(1, 21)]
    # Of twenty times 1..20 ms, ten do not exceed 10 and nineteen do not exceed 19.
    assert latencies(timings)["total"] == Latency(p50_ms=10, p95_ms=19)
    assert latencies([]) == {}


def test_the_ladder_measures_every_stage_over_the_same_questions():
    rankings = {
        HOW_MANY.question: {
            "dense": (passage(*EASTHOLM), passage(*DETECTIVES)),
            "final": (passage(*DETECTIVES),),
        },
        LIST.question: {"dense": (passage(*TRAIN), passage(*EASTHOLM), passage(*REVIEW))},
    }
    ladder = climb(
        ScriptedAssistant({}, rankings), [gold(HOW_MANY, LIST, WEATHER)], on_ranked=lambda: None
    )

    dense, final = ladder["dense"].all.overall, ladder["final"].all.overall
    assert list(ladder) == ["dense", "final"]
    # Found in the first passage: none of one quote, one of two. In five: all.
    assert (dense["evidence_recall@1"].mean, dense["evidence_recall@5"].mean) == (1 / 4, 1)
    assert dense["evidence_recall@1"].micro == pytest.approx(1 / 3)
    assert dense["mrr@10"].mean == (1 / 2 + 1) / 2
    # The list never reached the last stage.
    assert (final["evidence_recall@1"].mean, final["evidence_recall@1"].questions) == (1 / 2, 2)


SUMMARY = """\
# 3 questions over 2 reports

Library revision 3, digest d1g35t. Rates are means over questions; – is undefined.

"""


def test_the_summary_says_what_was_asked_and_what_was_lost():
    done = run(
        (HOW_MANY, answer(HOW_MANY.question, DETECTIVES, passages=[DETECTIVES])),
        (LIST, answer(LIST.question, TRAIN, passages=[TRAIN, REVIEW])),
        (WEATHER, REFUSED),
    )
    summary = summary_markdown(done)

    assert summary.startswith(SUMMARY)
    assert "| police | off_topic |   1 |      1.000 |" in summary
    assert summary.endswith(
        "| police | q2  | list | list incomplete | List the areas for improvement. |\n"
    )


def gold_line(question):
    return {
        "id": question.id,
        "question": question.question,
        "history": list(question.history),
        "type": question.type,
        "answerable": question.answerable,
        "evidence": [{"report": e.report, "quote": e.quote} for e in question.evidence],
        "must_contain": [list(group) for group in question.must_contain],
        "scope": question.scope or {},
        "why": question.why,
    }


@pytest.fixture
def peelback_eval(tmp_path):
    """Run ``peelback eval`` over a gold file of the questions asked, in its own folder."""

    def invoke(command, *pairs, options=(), rankings=None):
        path = tmp_path / "police.jsonl"
        lines = [json.dumps(gold_line(question)) for question, _ in pairs]
        path.write_text("\n".join(lines), encoding="utf-8")
        assistant = ScriptedAssistant({q.question: line for q, line in pairs}, rankings)
        openers = Openers(assistant=lambda _: assistant, report_of=lambda _: assistant.report)
        return CliRunner().invoke(eval_group, [command, str(path), *options], obj=openers)

    return invoke


def test_a_run_prints_its_scores_and_keeps_them(peelback_eval, tmp_path):
    options = ["--runs", str(tmp_path / "runs"), "--name", "first", "--json"]
    right = answer(HOW_MANY.question, DETECTIVES, passages=[DETECTIVES])
    result = peelback_eval("run", (HOW_MANY, right), (WEATHER, REFUSED), options=options)

    assert result.exit_code == 0
    scores = json.loads(result.stdout)
    assert scores["gold"]["police"]["overall"]["must_contain"]["mean"] == 1
    assert scores["gold"]["police"]["why"]["off_topic"]["abstention"]["mean"] == 1
    kept = (tmp_path / "runs" / "first" / "scores.json").read_text(encoding="utf-8")
    assert json.loads(kept) == scores


def test_in_a_pipe_the_scores_are_markdown(peelback_eval, tmp_path):
    right = answer(HOW_MANY.question, DETECTIVES, passages=[DETECTIVES])
    result = peelback_eval("run", (HOW_MANY, right), options=["--runs", str(tmp_path / "runs")])

    assert result.exit_code == 0
    assert result.stdout.startswith("## Evidence in the passages of answerable questions\n")


@pytest.mark.parametrize(
    ("lines", "code", "message"),
    [
        ([ValueError("lost"), REFUSED], 1, "1 of 2 questions failed"),
        ([ValueError("lost"), ValueError("lost")], 4, "peelback: all 2 questions failed"),
        (
            [replace(REFUSED, confidence=math.inf), REFUSED],
            4,
            "peelback: 1 of 2 answers broke a promise; problems.jsonl says which",
        ),
    ],
)
def test_a_run_that_proves_less_says_so_in_its_exit_code(
    peelback_eval, tmp_path, lines, code, message
):
    pairs = zip([HOW_MANY, WEATHER], lines, strict=True)
    result = peelback_eval("run", *pairs, options=["--runs", str(tmp_path / "runs")])

    assert (result.exit_code, result.exception.__class__) == (code, SystemExit)
    assert message in result.stderr


def test_no_question_is_exit_code_4(peelback_eval):
    result = peelback_eval("run")
    assert result.exit_code == 4
    assert "there is no question in police" in result.stderr


def test_a_stale_label_is_exit_code_3(peelback_eval):
    stale = replace(HOW_MANY, evidence=(Evidence("northmarch-2031", "Nobody wrote this."),))

    for command in ("run", "ladder", "check"):
        result = peelback_eval(command, (stale, REFUSED))
        assert result.exit_code == 3
        assert "police q1: northmarch-2031: the quote is not in the report" in result.stderr


def test_check_counts_how_quotes_were_found(peelback_eval):
    loose = replace(HOW_MANY, evidence=(Evidence(DETECTIVES[0], "Northmarch Police7 has 52"),))
    result = peelback_eval("check", (loose, REFUSED), (LIST, REFUSED), options=["--json"])

    assert result.exit_code == 0
    assert json.loads(result.stdout)["gold"] == {
        "police": {
            "quotes": 3,
            "typography": 2,
            "letters": 1,
            "partial": 0,
            "stale": 0,
            "ambiguous": 0,
        }
    }


def test_the_ladder_is_a_row_for_each_stage(peelback_eval):
    rankings = {HOW_MANY.question: {"dense": (), "final": (passage(*DETECTIVES),)}}
    result = peelback_eval("ladder", (HOW_MANY, REFUSED), rankings=rankings)

    assert result.exit_code == 0
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in result.stdout.splitlines()]
    assert ["police", "fact", "dense", "1", *["0.000"] * 3, "–", *["0.000"] * 3] in rows
    assert ["police", "fact", "final", "1", *["1.000"] * 7] in rows


def test_a_name_that_is_no_folder_name_is_wrong_usage(peelback_eval):
    result = peelback_eval("run", (WEATHER, REFUSED), options=["--name", "../first"])
    assert result.exit_code == 2
    assert "'../first' is not the name of a folder" in result.stderr
