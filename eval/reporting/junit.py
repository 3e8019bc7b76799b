"""A run as JUnit XML: a test case for every question, which every CI can show."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree as ET

from eval.comparison.shown import said
from eval.kept_run import KeptQuestion, KeptRun
from eval.reporting.plain import xml_text


def run_junit(run: KeptRun) -> str:
    """Return the run as JUnit XML; every lost question is a failure, a failed one an error."""
    suites = ET.Element("testsuites")
    suites.append(question_suite(run, counts_as_failure=lambda question: bool(question.cause)))
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def question_suite(
    run: KeptRun, *, counts_as_failure: Callable[[KeptQuestion], bool]
) -> ET.Element:
    """Return a test suite of the run's questions; a lost one that does not count is skipped."""
    errors = [q for q in run.questions if q.answer is None and counts_as_failure(q)]
    failures = [q for q in run.lost if q.answer is not None and counts_as_failure(q)]
    suite = ET.Element(
        "testsuite",
        name=xml_text(run.name),
        tests=str(len(run.questions)),
        failures=str(len(failures)),
        errors=str(len(errors)),
        skipped=str(len(run.lost) - len(failures) - len(errors)),
    )
    for question in run.questions:
        _add_case(suite, question, fails=counts_as_failure(question))
    return suite


def _add_case(suite: ET.Element, question: KeptQuestion, *, fails: bool) -> None:
    gold, name = question.key
    total_ms = (question.timings_ms or {}).get("total", 0.0)
    case = ET.SubElement(
        suite,
        "testcase",
        classname=xml_text(f"{gold}.{question.asked['type']}"),
        name=xml_text(f"{name} {question.asked['question']}"),
        time=f"{total_ms / 1000:.3f}",
    )
    if question.cause is None:
        return
    if not fails:
        ET.SubElement(case, "skipped", message=xml_text(question.cause))
        return
    kind = "error" if question.answer is None else "failure"
    ET.SubElement(case, kind, message=xml_text(question.cause)).text = xml_text(said(question))
