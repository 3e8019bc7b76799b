"""``ask``, ``search`` and ``compare``: questions to the library."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import click

from api.options import json_option, library_option, scope_options, settings_of
from api.terminal import show, show_json, talk, text_columns
from rag.answers import Mode, Question, Scope

if TYPE_CHECKING:
    from rag.language_model.settings import LanguageModelSettings
    from rag.pipeline import Assistant

MOST_PASSAGES = 100


@click.command()
@click.argument("question")
@scope_options
@click.option(
    "--after", "history", multiple=True, help="An earlier question, oldest first: a follow-up."
)
@click.option(
    "--llm",
    "prose",
    is_flag=True,
    help="Let a language model join the quotes into prose (PEELBACK_LLM_BASE_URL and _MODEL).",
)
@json_option
@library_option
@click.pass_context
def ask(
    context: click.Context,
    question: str,
    *,
    bodies: tuple[str, ...],
    cycles: tuple[str, ...],
    reports: tuple[str, ...],
    history: tuple[str, ...],
    prose: bool,
    as_json: bool,
) -> None:
    """Answer QUESTION from the reports, every sentence with its quote.

    "The reports do not say" is an answer too, with its reason, and ends with
    exit code 0.
    """
    from api.answer_text import answer_text
    from rag.wire import answer_json

    asked = Question(
        _worded(question),
        history=history,
        scope=stated_scope(bodies, cycles, reports),
        mode=Mode.LLM if prose else Mode.EXTRACTIVE,
    )
    assistant = _assistant(context, language_model=_language_model() if prose else None)
    answer = assistant.answer(asked)
    if as_json:
        show_json(answer_json(answer))
        return
    show(answer_text(answer, columns=text_columns(), invented=_invented(assistant)))


@click.command()
@click.argument("query")
@scope_options
@click.option(
    "-k",
    "count",
    type=click.IntRange(1, MOST_PASSAGES),
    default=10,
    show_default=True,
    help="How many passages.",
)
@json_option
@library_option
@click.pass_context
def search(
    context: click.Context,
    query: str,
    *,
    bodies: tuple[str, ...],
    cycles: tuple[str, ...],
    reports: tuple[str, ...],
    count: int,
    as_json: bool,
) -> None:
    """Rank the passages that are nearest to QUERY, best first; no answer is made."""
    from api.answer_text import passages_text
    from api.search_json import search_json

    _worded(query)
    assistant = _assistant(context)
    found = assistant.search(query, stated_scope(bodies, cycles, reports), k=count)
    if as_json:
        show_json(search_json(query, found))
    elif found.passages:
        columns = text_columns()
        show(passages_text(found.passages, columns=columns, invented=_invented(assistant)))
    else:
        talk(f"Nothing found: {found.reason}")


@click.command()
@click.argument("topic")
@click.option("--body", "bodies", multiple=True, help="A force, service or area to compare.")
@click.option("--cycle", "cycles", multiple=True, help="A cycle or year to compare: 2018/19.")
@click.option("--report", "reports", multiple=True, help="A report to compare (its id).")
@json_option
@library_option
@click.pass_context
def compare(
    context: click.Context,
    topic: str,
    *,
    bodies: tuple[str, ...],
    cycles: tuple[str, ...],
    reports: tuple[str, ...],
    as_json: bool,
) -> None:
    """Set bodies, cycles or reports side by side on TOPIC.

    Several cycles are compared for each body. Each side is searched on its
    own; a side that says nothing is shown as such.
    """
    from api.comparison_text import comparison_json, show_comparison

    if max(len(bodies), len(cycles), len(reports)) < 2:  # a comparison has two sides
        raise click.UsageError("name at least two with --body, or two with --cycle or --report")
    _worded(topic)
    assistant = _assistant(context)
    comparison = assistant.side_by_side(topic, bodies, cycles, reports)
    if as_json:
        show_json(comparison_json(comparison))
    else:
        show_comparison(comparison, invented=_invented(assistant))


def stated_scope(
    bodies: tuple[str, ...], cycles: tuple[str, ...], reports: tuple[str, ...]
) -> Scope:
    """Return the scope that the caller gave, which names the fields that are stated."""
    fields = {"bodies": bodies, "cycles": cycles, "reports": reports}
    stated = tuple(name for name, values in fields.items() if values)
    return Scope(bodies=bodies, cycles=cycles, reports=reports, stated=stated)


def _worded(text: str) -> str:
    if not text.strip():
        raise click.UsageError("the question is empty")
    return text


def _assistant(
    context: click.Context, *, language_model: LanguageModelSettings | None = None
) -> Assistant:
    from rag.assembly import open_assistant

    return open_assistant(settings_of(context), language_model=language_model)


def _language_model() -> LanguageModelSettings:
    """Return the language model's settings: who asks for prose wants to know that they lack.

    Raises:
        SettingsError: they are not there, or do not fit.
    """
    from rag.language_model.settings import LanguageModelSettings, how_to_set
    from rag.settings import SettingsError

    settings = LanguageModelSettings.load()
    if settings is None:
        raise SettingsError(how_to_set())
    return settings


def _invented(assistant: Assistant) -> Collection[str]:
    return {card.report_id for card in assistant.library.cards() if card.metadata.invented}
