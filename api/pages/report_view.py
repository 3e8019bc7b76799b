"""The page of one report: what it is, what it judges and asks for, and all of its text."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from api.pages.blocks import Cutter
from api.pages.licences import LICENCE_URL, attribution_of
from api.pages.quotes import read_quotes
from api.pages.templates import render
from api.response_pack import KIND_NAMES, PackEntry, pack_entries, publication_of
from index.documents import Judgement, JudgementBasis, Report


def report_page(report: Report, *, asked: Iterable[str] = ()) -> str:
    """Return the page as HTML; ``asked`` holds the quotes to show, as ``start-end``."""
    wanted = list(asked)
    quotes = read_quotes(wanted, length=len(report.text))
    sections = tuple(Cutter(report, quotes).sections())
    return render(
        "report.html",
        report=report,
        metadata=report.metadata,
        publication=publication_of(report),
        quotes=quotes,
        missing=len(set(wanted)) - len(quotes),
        sections=sections,
        outline=[section for section in sections if section.heading is not None],
        judgements=[(judgement, basis_of(judgement)) for judgement in report.judgements],
        actions=_by_kind(report),
        attribution=attribution_of(report),
        licence_url=LICENCE_URL,
    )


def basis_of(judgement: Judgement) -> str:
    """Return why the grade stands, in words."""
    match judgement.basis:
        case JudgementBasis.INSPECTED:
            return "Inspected"
        case JudgementBasis.CARRIED_OVER:
            return f"Carried over from {judgement.carried_from or 'an earlier inspection'}"
        case JudgementBasis.UNGRADED:
            return "Not graded"


def _by_kind(report: Report) -> list[tuple[str, list[PackEntry]]]:
    groups = groupby(pack_entries(report), key=lambda entry: entry.kind)
    return [(KIND_NAMES[kind][1], list(entries)) for kind, entries in groups]
