"""The gate's verdict, and a renewed baseline's changes, as they are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

from eval.comparison.shown import said
from eval.gating.baseline import Baseline
from eval.gating.gate import Gate
from eval.reporting.junit import question_suite
from eval.reporting.plain import xml_text
from eval.tables import Table, markdown

MAX_LISTED = 100
"""Lost questions in a comment, which may have 65,536 characters; JSON has all of them."""


def gate_markdown(gate: Gate) -> str:
    """Return the verdict for a pull request: in one line, then what fell, then what was lost."""
    failed = [check for check in gate.checks if not check.passed]
    verdict = "passes" if gate.passed else "is worse than the baseline"
    head = (
        f"# Evaluation: {gate.run.name} {verdict}\n\n"
        f"{len(gate.run.questions)} questions, {len(gate.run.lost)} of them lost; against the "
        f"baseline {len(gate.gained)} gained, {len(gate.lost)} lost.\n"
    )
    tables = []
    if failed:
        rows = tuple((check.name, check.detail) for check in failed)
        tables.append(Table("What fails", ("check", "found"), rows, figures_from=2))
    if gate.lost:
        tables.append(_lost_table(gate))
    return "\n".join([head, *map(markdown, tables), *_left_out(gate)])


def gate_json(gate: Gate) -> dict[str, Any]:
    """Return the verdict as plain JSON values."""
    return {
        "run": gate.run.name,
        "passed": gate.passed,
        "checks": [
            {"name": check.name, "passed": check.passed, "detail": check.detail}
            for check in gate.checks
        ],
        "lost": [{"question": lost.question.label, "cause": lost.cause} for lost in gate.lost],
        "gained": list(gate.gained),
    }


def gate_junit(gate: Gate) -> str:
    """Return the verdict as JUnit XML: a case for each check, and for each question.

    A question that the baseline has lost too is skipped: it is known, and signed for.
    """
    lost = {lost.question.key for lost in gate.lost}
    failed = sum(not check.passed for check in gate.checks)
    suites = ET.Element("testsuites")
    suite = ET.SubElement(
        suites, "testsuite", name="gate", tests=str(len(gate.checks)), failures=str(failed)
    )
    for check in gate.checks:
        case = ET.SubElement(suite, "testcase", classname="gate", name=check.name)
        if not check.passed:
            ET.SubElement(case, "failure", message=xml_text(check.detail))
    suites.append(question_suite(gate.run, counts_as_failure=lambda q: q.key in lost))
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def baseline_changes(before: Baseline | None, after: Baseline) -> str:
    """Return what a renewed baseline accepts: questions gained and lost, means and floors."""
    if before is None:
        right = sum(cause is None for cause in after.questions.values())
        return f"new baseline: {right} of {len(after.questions)} questions right\n"
    lines = [*_question_changes(before, after), *_figure_changes(before, after)]
    return "".join(f"{line}\n" for line in lines or ["nothing changes"])


def _question_changes(before: Baseline, after: Baseline) -> Iterator[str]:
    for label in sorted(before.questions.keys() | after.questions.keys()):
        if label not in after.questions:
            yield f"- {label}: no longer asked"
        elif label not in before.questions:
            yield f"+ {label}: new, {after.questions[label] or 'right'}"
        elif before.questions[label] != after.questions[label]:
            was, now = before.questions[label] or "right", after.questions[label] or "right"
            yield f"{'+' if now == 'right' else '-'} {label}: {was} → {now}"


def _figure_changes(before: Baseline, after: Baseline) -> Iterator[str]:
    for what in ("scores", "floors"):
        old, new = getattr(before, what), getattr(after, what)
        for name in dict.fromkeys([*old, *new]):
            if old.get(name) != new.get(name):
                yield f"  {what[:-1]} of {name}: {old.get(name)} → {new.get(name)}"


def _lost_table(gate: Gate) -> Table:
    header = ("question", "cause", "asked", "answer")
    rows = [
        (lost.question.label, lost.cause, lost.question.asked["question"], said(lost.question))
        for lost in gate.lost[:MAX_LISTED]
    ]
    return Table("Lost questions", header, tuple(rows), figures_from=len(header))


def _left_out(gate: Gate) -> Iterator[str]:
    if len(gate.lost) > MAX_LISTED:
        yield f"and {len(gate.lost) - MAX_LISTED} more lost questions\n"
