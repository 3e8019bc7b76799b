import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.commands import Openers, eval_group
from eval.drafting import missing_words, parse_must_contain, parse_numbers
from eval.errors import GoldError
from eval.evidence import QuoteFinder, locate_evidence
from eval.feedback import Feedback, Verdict, candidates, read_feedback
from eval.gold import Evidence, GoldQuestion, read_gold, read_golds
from eval.gold.written import GoldLine, gold_schema
from index.documents import Metadata, Report, Section, Span
from rag.answers import Question

ROOT = Path(__file__).parents[1]
SAMPLE_GOLD = ROOT / "eval" / "gold" / "samples.jsonl"

TEXT = (
    "Detectives\n\nNorthmarch Police has 52 detectives. Nine posts are vacant.\n\n"
    "Supervision\n\nSupervision is often poor. Nine posts are vacant."
)
REPORT = Report(
    report_id="northmarch-2031",
    source="northmarch-2031.txt",
    sha256="0" * 64,
    text=TEXT,
    metadata=Metadata(title="Northmarch 2031", bodies=("Northmarch Police",), cycle="2031"),
    sections=(
        Section(("Detectives",), Span(0, 73), Span(12, 73)),
        Section(("Supervision",), Span(73, len(TEXT)), Span(86, len(TEXT))),
    ),
)


def no_assistant(_):
    raise AssertionError("this command opens no assistant")


@pytest.fixture
def peelback_eval():
    openers = Openers(assistant=no_assistant, report_of=lambda _: {"northmarch-2031": REPORT}.get)

    def run(*arguments, typed=""):
        return CliRunner().invoke(eval_group, [*map(str, arguments)], input=typed, obj=openers)

    return run


# The project's own gold


def test_our_gold_has_every_type_and_reason():
    questions = read_gold(SAMPLE_GOLD).questions
    answerable = Counter(question.type for question in questions if question.answerable)
    whys = Counter(question.why for question in questions if not question.answerable)

    assert answerable.total() >= 120
    assert min(answerable.values()) >= 6
    assert set(answerable) == {
        "change", "compare", "corpus", "definition", "fact", "followup", "judgement", "list",
        "paraphrase", "premise", "structure", "topical",
    }  # fmt: skip
    assert whys.total() >= 30
    assert set(whys) == {"almost_right", "not_covered", "off_topic", "other_body", "other_year"}
    assert all(question.history for question in questions if question.type == "followup")
    assert len({(q.question, q.history) for q in questions}) == len(questions)


def test_our_gold_quotes_the_samples_word_for_word_and_once(sample_library):
    golds = read_golds([SAMPLE_GOLD])
    labels = locate_evidence(golds[0].questions, sample_library.report)

    assert not labels.stale
    assert labels.ambiguous("samples") == 0
    for question in golds[0].questions:
        for evidence, found in zip(question.evidence, labels.of(question), strict=True):
            (span,) = found.spans
            assert sample_library.report(found.report_id).text[span.start : span.end] == (
                evidence.quote
            )


def test_what_our_gold_wants_said_is_in_its_own_evidence():
    for question in read_gold(SAMPLE_GOLD).questions:
        quotes = [evidence.quote for evidence in question.evidence]
        assert bool(quotes) == question.answerable, question.id
        assert not missing_words([list(g) for g in question.must_contain], quotes), question.id


# The schema


def test_the_schema_in_docs_is_that_of_the_reader():
    written = json.loads((ROOT / "docs" / "gold.schema.json").read_text(encoding="utf-8"))
    assert written == gold_schema(), "renew it: peelback eval schema > docs/gold.schema.json"


def test_the_schema_allows_what_the_reader_takes(peelback_eval):
    schema = json.loads(peelback_eval("schema").stdout)
    kinds = [kind["type"] for kind in schema["properties"]["must_contain"]["items"]["anyOf"]]

    assert schema["required"] == ["id", "question", "type", "answerable"]
    assert kinds == ["string", "array"]
    line = '{"id": "a", "question": "b?", "type": "c", "answerable": true, "must_contain": ["d"]}'
    assert GoldLine.model_validate_json(line).must_contain == (("d",),)


# Check


def test_the_nearest_words_of_a_stale_quote_are_shown_with_their_ratio(tmp_path, peelback_eval):
    gold = tmp_path / "g.jsonl"
    gold.write_text(line_of("Northmarch Constabulary had 47 detectives."), encoding="utf-8")
    shown = peelback_eval("check", gold)
    told = json.loads(peelback_eval("check", gold, "--json").stdout)

    assert shown.exit_code == 3
    assert "nearest words of the report" in shown.stdout
    (stale,) = told["stale"]
    assert "Northmarch Police has 52 detectives" in stale["nearest"]
    assert 60 < stale["ratio"] < 95


def test_a_quote_that_stands_twice_is_listed(tmp_path, peelback_eval):
    gold = tmp_path / "g.jsonl"
    gold.write_text(line_of("Nine posts are vacant."), encoding="utf-8")
    result = peelback_eval("check", gold, "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["repeated"] == [
        {
            "gold": "g",
            "id": "q1",
            "report": "northmarch-2031",
            "quote": "Nine posts are vacant.",
            "times": 2,
        }
    ]


def test_nothing_is_near_a_quote_where_there_are_no_words():
    assert QuoteFinder("").nearest("Some words.") is None


def line_of(quote):
    return json.dumps(
        {
            "id": "q1",
            "question": "How many?",
            "type": "fact",
            "answerable": True,
            "evidence": [{"report": "northmarch-2031", "quote": quote}],
        }
    )


# New


def typed(*lines):
    return "".join(f"{line}\n" for line in lines)


def test_a_question_is_drafted_from_a_report(tmp_path, peelback_eval):
    gold = tmp_path / "mine.jsonl"
    result = peelback_eval(
        "new", "northmarch-2031", "--gold", gold,
        typed=typed(
            "detectives", "1", "1-2", "",
            "how many detectives?", "", "fact", "", "52; vacant|free", "y",
        ),
    )  # fmt: skip

    assert result.exit_code == 0, result.output
    assert result.stdout == f"{gold}: fa-001 added\n"
    assert "stands 2 times in the report" in result.stderr
    assert read_gold(gold).questions == (
        GoldQuestion(
            gold="mine",
            id="fa-001",
            question="how many detectives?",
            type="fact",
            answerable=True,
            evidence=(
                Evidence("northmarch-2031", "Northmarch Police has 52 detectives."),
                Evidence("northmarch-2031", "Nine posts are vacant."),
            ),
            must_contain=(("52",), ("vacant", "free")),
            scope={"body": "Northmarch Police", "cycle": "2031"},
            slices={"body": "Northmarch Police", "cycle": "2031"},
        ),
    )


def test_wrong_input_is_asked_for_again(tmp_path, peelback_eval):
    gold = tmp_path / "mine.jsonl"
    result = peelback_eval(
        "new", "northmarch-2031", "--gold", gold,
        typed=typed(
            "helicopters", "supervision", "1", "9", "one", "1", "",
            "is supervision good?", "earlier?", "", "fact", "q7", "good", "poor", "n",
        ),
    )  # fmt: skip

    assert result.exit_code == 0, result.output
    (question,) = read_gold(gold).questions
    assert (question.id, question.history) == ("q7", ("earlier?",))
    assert question.must_contain == (("poor",),)
    for told in ("No passage has any", "9 is not between 1 and 2", "'one' is no number"):
        assert told in result.stderr
    assert "the evidence itself does not contain good" in result.stderr


def test_a_question_without_evidence_is_unanswerable_and_says_why(tmp_path, peelback_eval):
    gold = tmp_path / "mine.jsonl"
    gold.write_text(line_of("Nine posts are vacant."), encoding="utf-8")  # no newline at its end
    result = peelback_eval(
        "new", "northmarch-2031", "--gold", gold,
        typed=typed("", "how many dogs?", "", "", "", "y", "not_covered"),
    )  # fmt: skip

    assert result.exit_code == 0, result.output
    first, drafted = read_gold(gold).questions
    assert (first.id, drafted.id, drafted.answerable) == ("q1", "un-001", False)
    assert drafted.why == "not_covered"


def test_an_id_that_is_taken_leaves_the_file_as_it_was(tmp_path, peelback_eval):
    gold = tmp_path / "mine.jsonl"
    gold.write_text(line_of("Nine posts are vacant."), encoding="utf-8")
    before = gold.read_bytes()
    result = peelback_eval(
        "new", "northmarch-2031", "--gold", gold,
        typed=typed("", "how many dogs?", "", "", "q1", "y", "not_covered"),
    )  # fmt: skip

    assert result.exit_code == 3
    assert "'q1' is used by an earlier line" in result.stderr
    assert gold.read_bytes() == before


@pytest.mark.parametrize("wrong", ["", "0", "6", "2-1", "a", "1;2"])
def test_what_is_no_list_of_numbers_is_refused(wrong):
    with pytest.raises(ValueError, match=r"no number|not between"):
        parse_numbers(wrong, of=5)


def test_empty_groups_of_words_are_no_groups():
    assert parse_must_contain(" ; |;52|") == ["52"]


# Feedback


def feedback(**changed):
    given = {"question": "How many?", "answer_id": "a1", "verdict": "useful"} | changed
    return Feedback.model_validate_json(json.dumps(given))


def test_feedback_on_one_question_is_one_candidate_that_a_person_must_finish(
    tmp_path, peelback_eval
):
    kept = tmp_path / "feedback.jsonl"
    lines = [
        feedback(),
        feedback(question="And there?", history=["How many?"]),
        feedback(verdict="not_useful", wrong_citations=[2], comment="The wrong force."),
    ]
    kept.write_text("\n".join(line.model_dump_json() for line in lines), encoding="utf-8")
    output = tmp_path / "candidates.jsonl"
    result = peelback_eval("import-feedback", kept, "-o", output)

    assert result.exit_code == 0, result.output
    first, second = (json.loads(line) for line in output.read_text("utf-8").splitlines())
    assert [one["verdict"] for one in first["candidate"]["feedback"]] == ["useful", "not_useful"]
    assert first["candidate"]["feedback"][1]["comment"] == "The wrong force."
    assert (second["question"], second["history"]) == ("And there?", ["How many?"])
    assert (first["answerable"], first["evidence"]) == (None, [])
    with pytest.raises(GoldError, match=r"candidate: Value error, do what it asks for"):
        read_gold(output)


def test_candidates_are_never_written_over(tmp_path, peelback_eval):
    kept, output = tmp_path / "feedback.jsonl", tmp_path / "candidates.jsonl"
    kept.write_text(feedback().model_dump_json(), encoding="utf-8")
    output.write_text("a person's work", encoding="utf-8")

    assert peelback_eval("import-feedback", kept, "-o", output).exit_code == 2
    assert output.read_text("utf-8") == "a person's work"


def test_bad_feedback_is_named_with_file_line_and_field(tmp_path):
    kept = tmp_path / "feedback.jsonl"
    kept.write_text(
        feedback().model_dump_json() + '\n{"question": "x", "verdict": "fine"}\n', encoding="utf-8"
    )
    with pytest.raises(GoldError) as caught:
        read_feedback(kept)
    assert [fault.split("feedback.jsonl:")[1].split(": ")[:2] for fault in caught.value.faults] == [
        ["2", "answer_id"],
        ["2", "verdict"],
    ]


def test_asking_again_takes_over_what_a_useful_answer_cited(sample_assistant):
    question = "How many devices were waiting at Osterfell?"
    answer = sample_assistant.answer(Question(text=question))
    assert answer.citations
    useful = feedback(question=question, answer_id=answer.id, wrong_citations=[1])
    other = feedback(question=question, answer_id="another answer")
    useless = feedback(question=question, answer_id=answer.id, verdict=Verdict.NOT_USEFUL)

    (candidate,) = candidates([useful], answer=sample_assistant.answer)
    assert candidate["evidence"] == [
        {"report": citation.report_id, "quote": citation.quote} for citation in answer.citations[1:]
    ]
    for given in (other, useless):
        (without,) = candidates([given], answer=sample_assistant.answer)
        assert without["evidence"] == []
