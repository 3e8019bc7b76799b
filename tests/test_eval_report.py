"""Reports of a run: one page that asks for nothing, a comment that fits, XML that parses."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from lxml import html

from eval.commands import eval_group
from eval.kept_run import KeptQuestion, KeptRun
from eval.reporting.comment import MAX_CHARACTERS, run_comment
from eval.reporting.junit import run_junit
from eval.reporting.page import MAX_BYTES, run_page

HOSTILE = "<script>alert('$x$')</script> & <img src=https://example.org/x>"


def score(mean):
    return {"mean": mean, "micro": mean, "questions": 2}


PART = {"right": score(0.5), "evidence_recall@10": score(0.75), "failed": score(0.0)}
GROUP = {
    "overall": PART,
    "type": {HOSTILE: PART},
    "why": {},
    "slices": {"cycle": {"2031": PART}},
    "confidence": {"abstention_recall": None, "calibration_error": 0.1},
}
SETTINGS = {
    "peelback": "0.1.0",
    "revision": None,
    "library": {"reports": 2, "revision": 3, "digest": "d1g35t"},
    "settings": {"model": None, "passage_tokens": 180},
    "gold": [],
}


def passage(start, end, text):
    return {"report_id": "northmarch-2031", "start": start, "end": end, "text": text}


def question(number, *, cause=None, words=HOSTILE, passages=()):
    cited = {"report_id": "northmarch-2031", "start": 0, "end": 40, "quote": words}
    return KeptQuestion(
        asked={
            "gold": "police",
            "id": f"q{number}",
            "question": f"{number}: {words}",
            "type": HOSTILE,
            "answerable": True,
            "history": [words],
            "must_contain": [[words]],
            "evidence": [
                {"report_id": "northmarch-2031", "places": [[0, 40]], "quote": words},
                {"report_id": "northmarch-2031", "places": [[90, 99]], "quote": words},
            ],
        },
        answer={
            "status": "answered",
            "confidence": 0.8,
            "text": words,
            "reason": None,
            "citations": [cited],
            "passages": [*passages],
        },
        measures={},
        cause=cause,
        timings_ms={"total": 10.0 * (number + 1)},
    )


def run(*questions):
    return KeptRun("first", SETTINGS, {"all": GROUP, "gold": {"police": GROUP}}, questions)


FAILED = replace(
    question(1, cause="failed"),
    answer=None,
    timings_ms=None,
    problems=({"kind": "failed", "error": "ValueError: lost \x00"},),
)
TWO = run(question(0, passages=[passage(80, 120, HOSTILE)]), FAILED)


def test_nothing_that_is_said_becomes_markup():
    page = html.fromstring(run_page(TWO))
    assert len(page.findall(".//script")) == 1
    assert page.findall(".//img") == []
    assert HOSTILE in page.findall(".//details[@class='question']")[0].text_content()


def test_the_page_asks_for_nothing():
    page = run_page(TWO)
    document = html.fromstring(page)

    assert document.xpath("//@src | //link | //@href[not(starts-with(., '#'))]") == []
    assert re.findall(r"url\((?!#)|@import|fetch\(|XMLHttp", page) == []
    assert "default-src 'none'" in page


def test_the_page_has_the_four_plots_as_text():
    svgs = html.fromstring(run_page(TWO)).xpath("//figure/*[local-name() = 'svg']")
    said = [" ".join(svg.itertext()) for svg in svgs]
    titles = ["Risk and coverage", "Calibration", "Evidence recall@10 by type", "Latency"]
    assert [title in text for title, text in zip(titles, said, strict=True)] == [True] * 4


def test_the_page_is_the_same_bytes_each_time():
    assert run_page(TWO) == run_page(TWO)


def test_lost_questions_come_first_with_what_was_missed():
    first, second = html.fromstring(run_page(TWO)).xpath("//details[@class='question']")
    assert first.get("data-cause") == "failed"
    assert "ValueError: lost" in first.text_content()
    evidence = [tag.text for tag in second.xpath(".//ul//span[contains(@class, 'tag')]")]
    # The first quote is cited; the second lies in the passage and was not chosen.
    assert evidence[::2] == ["cited", "retrieved, not cited"]


def test_a_long_run_still_fits_two_megabytes():
    long = "Every force in the country was asked the same questions about its officers. " * 10
    shown = [passage(0, len(long), long)] * 10
    many = [
        question(number, cause="failed", words="x" * 60, passages=shown) for number in range(900)
    ]
    assert len(run_page(run(*many)).encode()) < MAX_BYTES


def test_a_comment_fits_however_much_is_lost():
    many = run(*(question(number, cause="words missing") for number in range(2000)))
    comment = run_comment(many)
    assert len(comment) <= MAX_CHARACTERS
    assert "2000 questions over 2 reports: 0 right, 2000 lost." in comment
    assert re.search(r"\nand \d+ more\n$", comment)


def test_a_comment_without_losses_says_so():
    assert run_comment(run(question(0))).endswith("No question was lost.\n")


def test_junit_has_a_case_a_question():
    lost = question(2, cause="words missing")
    suite = ET.fromstring(run_junit(run(question(0), FAILED, lost)))[0]  # noqa: S314 - our own
    counts = [suite.get(name) for name in ("tests", "failures", "errors", "skipped")]

    assert counts == ["3", "1", "1", "0"]
    assert [[child.tag for child in case] for case in suite] == [[], ["error"], ["failure"]]
    assert suite[2][0].get("message") == "words missing"
    assert suite[0].get("time") == "0.010"


def test_a_folder_without_a_run_is_exit_code_3(tmp_path):
    result = CliRunner().invoke(eval_group, ["report", str(tmp_path)])
    assert result.exit_code == 3
    assert "is no finished run" in result.stderr


@pytest.mark.parametrize("name", ["report.html", "report.md", "junit.xml"])
def test_the_reports_of_a_run_are_written_beside_it(tmp_path, name, sample_run):
    result = CliRunner().invoke(eval_group, ["report", str(sample_run), "-o", str(tmp_path / "to")])
    assert result.exit_code == 0
    assert (tmp_path / "to" / name).stat().st_size > 200


@pytest.fixture(scope="module")
def sample_run(tmp_path_factory, sample_settings):
    folder = tmp_path_factory.mktemp("report")
    gold = folder / "samples.jsonl"
    gold.write_text(
        '{"id": "q1", "question": "How many officers has Osterfell Police?", "type": "fact",'
        ' "answerable": true, "must_contain": ["588"]}\n',
        encoding="utf-8",
    )
    library = str(sample_settings.library)
    arguments = ["run", str(gold), "--library", library, "-o", str(folder / "run")]
    assert CliRunner().invoke(eval_group, arguments).exit_code == 0
    return folder / "run"
