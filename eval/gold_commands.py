"""``peelback eval check``, ``new``, ``import-feedback`` and ``schema``: the care of gold files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click

from eval.check import check_json, check_tables, repeated_quotes
from eval.drafting import (
    ReadingDesk,
    append_question,
    missing_words,
    next_id,
    parse_must_contain,
    parse_numbers,
)
from eval.errors import StaleLabels
from eval.evidence import locate_evidence
from eval.feedback import candidates, read_feedback
from eval.gold import read_golds
from eval.gold.written import gold_schema
from eval.lines import write_lines
from eval.run import questions_of, stale_lines
from eval.terminal import (
    chosen_library,
    chosen_settings,
    gold_arguments,
    library_option,
    openers,
    show,
)
from index.documents import Passage

_T = TypeVar("_T")


@click.command("check")
@gold_arguments
def check_command(
    context: click.Context, gold: tuple[Path, ...], library: Path | None, as_json: bool
) -> None:
    """Look up every quote of the GOLD files in the library's reports."""
    golds = read_golds(gold)
    report_of = openers(context).report_of(chosen_library(context, library))
    labels = locate_evidence(questions_of(golds), report_of)
    repeated = repeated_quotes(golds, labels, report_of)
    shown = check_json if as_json else check_tables
    show(shown(golds, labels, repeated))
    if labels.stale:
        raise StaleLabels(stale_lines(labels.stale))


@click.command("schema")
def schema_command() -> None:
    """Print the JSON schema of a gold file's lines."""
    show(gold_schema())


@click.command("new")
@click.argument("report")
@click.option(
    "--gold",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file that the question is appended to; made if need be.",
)
@library_option
@click.pass_context
def new_command(context: click.Context, report: str, gold: Path, library: Path | None) -> None:
    """Draft a gold question from REPORT, an id in the library, and append it.

    You search the report, choose the sentences that answer, then say what is
    asked. Without evidence the question is one that the report cannot answer.
    """
    opened = openers(context).report_of(chosen_library(context, library))(report)
    desk = ReadingDesk(opened)
    _say(f"{opened.metadata.title} ({opened.report_id})")
    quotes = list(_chosen_quotes(desk))
    line = _line(desk, gold, quotes)
    question = append_question(gold, line)
    click.echo(f"{gold}: {question.id} added")


@click.command("import-feedback")
@click.argument("feedback", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Where the candidates are written; a file that is there is not written over.",
)
@click.option("--ask", is_flag=True, help="Ask again, and take over what supported the answers.")
@library_option
@click.pass_context
def import_feedback_command(
    context: click.Context, feedback: Path, output: Path, ask: bool, library: Path | None
) -> None:
    """Turn kept FEEDBACK (JSON Lines) into gold candidates for a person to finish."""
    if output.exists():
        raise click.BadParameter(f"{output} exists", param_hint="--output")
    given = read_feedback(feedback)
    answer = None
    if ask:
        answer = openers(context).assistant(chosen_settings(context, library)).answer
    found = candidates(given, answer=answer)
    write_lines(output, found)
    click.echo(f"{output}: {len(found)} candidates out of {len(given)} lines of feedback", err=True)


def _chosen_quotes(desk: ReadingDesk) -> Iterator[str]:
    while words := _ask("Search the report for (nothing: done)", default=""):
        passages = desk.search(words)
        if not passages:
            _say("No passage has any of these words.")
            continue
        for number, passage in enumerate(passages, start=1):
            _say(f"\n[{number}] {desk.heading(passage)}\n{passage.text}")
        chosen = _ask_numbers("Which passage (nothing: search again)", of=len(passages))
        for number in chosen[:1]:
            yield from _chosen_sentences(desk, passages[number - 1])


def _chosen_sentences(desk: ReadingDesk, passage: Passage) -> Iterator[str]:
    sentences = desk.sentences(passage)
    for number, sentence in enumerate(sentences, start=1):
        _say(f"  {number}. {sentence}")
    for number in _ask_numbers("Which sentences answer (1,3 or 2-4)", of=len(sentences)):
        quote = sentences[number - 1]
        if (times := desk.times(quote)) > 1:
            _say(f"Beware: {quote!r} stands {times} times in the report.")
        yield quote


def _line(desk: ReadingDesk, gold: Path, quotes: list[str]) -> dict[str, Any]:
    question = _ask("Question, as a user would put it")
    history = [*_ask_history()]
    answerable = bool(quotes)
    kind = _ask("Type", default="fact" if answerable else "unanswerable")
    line: dict[str, Any] = {
        "id": _ask("Id", default=next_id(gold, kind[:2])),
        "question": question,
        "history": history,
        "type": kind,
        "answerable": answerable,
        "evidence": [{"report": desk.report.report_id, "quote": quote} for quote in quotes],
        "must_contain": _ask_must_contain(quotes) if answerable else [],
        "scope": desk.scope() if click.confirm(f"Does it name {desk.scope()}?", err=True) else {},
    }
    return line if answerable else {**line, "why": _ask("Why can it not be answered")}


def _ask_history() -> Iterator[str]:
    while earlier := _ask("Earlier question (nothing: none or no more)", default=""):
        yield earlier


def _ask_must_contain(quotes: list[str]) -> list[str | list[str]]:
    def checked(typed: str) -> list[str | list[str]]:
        groups = parse_must_contain(typed)
        if missing := missing_words(groups, quotes):
            raise ValueError(f"the evidence itself does not contain {', '.join(missing)}")
        return groups

    return _ask_for(checked, "Must contain (52; detectives|investigators)", default="")


def _ask_numbers(text: str, *, of: int) -> tuple[int, ...]:
    return _ask_for(lambda typed: parse_numbers(typed, of=of) if typed else (), text, default="")


def _ask(text: str, *, default: str | None = None) -> str:
    return _ask_for(str.strip, text, default=default)


def _ask_for(parse: Callable[[str], _T], text: str, *, default: str | None = None) -> _T:
    """Return what was typed, parsed; what cannot be is asked for again."""

    def parsed(typed: str) -> _T:
        try:
            return parse(typed)
        except ValueError as error:
            raise click.UsageError(str(error)) from error

    # click hands a default through parsed only where it is no string.
    answer: _T = click.prompt(
        text, default=default, value_proc=parsed, show_default=bool(default), err=True
    )
    return answer


def _say(text: str) -> None:
    click.echo(text, err=True)
