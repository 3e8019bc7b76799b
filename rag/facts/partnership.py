"""The items of a letter to a whole partnership, where the list of one police force is asked for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from index.documents import Report
from rag.extractive import Claim, section_at

_POLICE = re.compile(r"\b(?:police|policing|constabular(?:y|ies)|officers?)\b", re.IGNORECASE)

OF_ALL = "These are the whole partnership's; none is assigned to the police alone."
OF_POLICE = "The letter is to the whole partnership: only what it says of the police is listed."


def of_the_force(
    items: Sequence[Claim], reports: Sequence[Report], bodies: Collection[str]
) -> tuple[tuple[Claim, ...], tuple[str, ...]]:
    """Return the items that are the named force's, and what to say of them.

    A force's own report stands for it where it prints the list. Of a letter to
    the force and its partners, the items that name the police are meant, or
    all of them where none does.
    """
    listing = {claim.quotes[0].report_id for claim in items}
    with_list = [report for report in reports if report.report_id in listing]
    own = {report.metadata.bodies[0] for report in with_list if report.metadata.bodies[:1]}
    meant: list[Claim] = []
    notes: dict[str, None] = {}
    for report in with_list:
        listed = [c for c in items if c.quotes[0].report_id == report.report_id]
        partners = _named_as_partners(report, bodies)
        if partners and partners <= own:
            continue
        if partners:
            of_police = [claim for claim in listed if _names_police(claim, report)]
            notes[OF_POLICE if of_police else OF_ALL] = None
            listed = of_police or listed
        meant.extend(listed)
    return tuple(meant), tuple(notes)


def _named_as_partners(report: Report, bodies: Iterable[str]) -> set[str]:
    """Return the bodies that a report is addressed to beside the one it is about, if it is not."""
    about = {*report.metadata.bodies[:1], report.metadata.area}
    named = set(bodies)
    return set() if named & about else named & set(report.metadata.bodies[1:])


def _names_police(claim: Claim, report: Report) -> bool:
    section = section_at(report, claim.quotes[0].span)
    heading = section.path[-1] if section and section.path else ""
    return bool(_POLICE.search(f"{heading}\n{claim.text}"))
