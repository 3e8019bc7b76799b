"""What is said when a scope cannot be met: which name, which year, and what there is instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.bodies import Body, BodyKind
from index.documents import ReportKind
from rag.answers import AnswerStatus
from rag.scope.holdings import KIND_NAMES, Holding, Holdings, lead_names
from rag.scope.periods import Period
from rag.scope.subjects import Named


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a question is not answered: a status, and a reason in plain English."""

    status: AnswerStatus
    reason: str


MAX_NAMES = 8
"""Bodies listed in a reason before the rest are only counted."""


def listed(words: Sequence[str], *, last: str = "and") -> str:
    """Return the words as a list in a sentence.

    >>> listed(["Leeds", "Derby", "Kent"])
    'Leeds, Derby and Kent'
    """
    return (
        f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
    )


def contents(holdings: Holdings) -> str:
    """Return a sentence on what the library holds.

    "The library holds 40 JTAI letters and 1 PEEL report, on Barnsley, Bedford and 39 more."
    """
    if not holdings.all:
        return "The library holds no reports."
    counts = Counter(holding.kind for holding in holdings.all)
    kinds = [
        f"{counts[kind]} {KIND_NAMES[kind][counts[kind] > 1]}"
        for kind in KIND_NAMES
        if counts[kind]
    ]
    return f"The library holds {listed(kinds)}, on {_some(holdings.leads)}."


def _some(names: Sequence[str]) -> str:
    if len(names) <= MAX_NAMES + 1:
        return listed(names)
    return listed([*names[:MAX_NAMES], f"{len(names) - MAX_NAMES} more"])


def no_report_about(names: Sequence[str], holdings: Holdings, *, hint: str = "") -> str:
    subject = listed([f"“{name}”" if name.islower() else name for name in names], last="or")
    return f"No report about {subject} is in this library. {hint or contents(holdings)}"


def partner_hint(named: Named, inspected_in: Sequence[Holding]) -> str:
    """Return where a county's force was inspected though no report is about the county."""
    forces = [body.name for body in named.bodies if body.kind is BodyKind.POLICE]
    if not forces or not inspected_in:
        return ""
    return f"{forces[0]} was inspected in the reports about {_some(_leads(inspected_in))}."


def _leads(holdings: Iterable[Holding]) -> list[str]:
    return sorted({name for holding in holdings for name in lead_names(holding)})


def no_report_of_kind(
    kinds: Sequence[ReportKind], about: Sequence[str], held: Sequence[Holding], holdings: Holdings
) -> str:
    wanted = listed([KIND_NAMES[kind][0] for kind in kinds], last="or")
    if not about:
        return f"No {wanted} is in this library. {contents(holdings)}"
    have = listed(sorted({described(holding) for holding in held}))
    return f"No {wanted} about {listed(about)} is in this library. It has {have}."


def described(holding: Holding) -> str:
    """Return a report in a few words: "the JTAI letter about Medway (2018)"."""
    names, year = listed(lead_names(holding)), time_of(holding)
    kind = KIND_NAMES[holding.kind][0].replace("other ", "")
    return f"the {kind}{f' about {names}' if names else ''}{f' ({year})' if year else ''}"


def time_of(holding: Holding) -> str:
    """Return the cycle or else the year that a report goes by."""
    return holding.metadata.cycle or str(holding.latest_year or "")


def no_report_of_year(periods: Sequence[str], about: Sequence[str], held: Sequence[Holding]) -> str:
    years = listed(list(dict.fromkeys(periods)), last="or")
    there_are = sorted({time_of(holding) for holding in held} - {""})
    where = f" about {listed(about)}" if about else ""
    have = f" It has reports{where} of {_some(there_are)}." if there_are else ""
    return f"No report{where} of {years} is in this library.{have}"


def too_late(period: Period, about: Sequence[str], latest: int) -> str:
    where = f" about {listed(about)}" if about else ""
    return (
        f"The newest report{where} in this library is of {latest}:"
        f" none can say anything about {period.label}."
    )


def which_is_meant(written: str, bodies: Sequence[Body]) -> str:
    names = listed([_with_kind(body) for body in bodies], last="or")
    return f"“{written}” can be {names}. Which one is meant?"


def _with_kind(body: Body) -> str:
    return f"{body.name} (the council)" if body.kind is BodyKind.COUNCIL else body.name


def read_as(named: Named) -> str:
    return f"“{named.written}” was read as {named.label}."


def side_is_empty(name: str) -> str:
    return f"No report about {name} is in this library, so that side of the comparison is empty."


def year_taken_for_report(periods: Sequence[Period], held: Sequence[Holding]) -> str:
    years = listed([f"“{period.label}”" for period in periods])
    reports = _some([described(holding) for holding in held])
    said, searched = ("were" if len(found) > 1 else "was" for found in (periods, held))
    return f"{years} {said} taken to say which report is meant: only {reports} {searched} searched."


def year_was_content(periods: Sequence[Period]) -> str:
    """Return what is said where the reports of a year that was taken to name them do not answer."""
    years = listed([period.label for period in periods])
    return f"The report of {years} alone does not say, so those of other years were searched too."


def outside_stated(names: Sequence[str], holdings: Holdings) -> str:
    return (
        f"The question is about {listed(names)}, but the scope that was given holds only reports"
        f" about {_some(holdings.leads)}."
    )


def no_grades(about: Sequence[str], held: Sequence[Holding]) -> str:
    have = _some(sorted({described(holding) for holding in held}))
    return (
        f"No PEEL report about {listed(about)} is in this library. It has {have},"
        " and joint inspections give no grades."
    )


def grades_not_comparable(cycles: Sequence[str]) -> str:
    return (
        f"PEEL grades of {listed(cycles)} are not comparable: the scale and the questions changed,"
        " so a lower grade need not mean worse performance."
    )


def not_named(word: str) -> str:
    return f"The question does not say which {word} is meant: all reports were searched."
