"""What the chat has to know of the library: what may be asked about, and whose words it quotes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from index.store.library import ReportCard

MOST_CARDS = 200
"""A library may hold thousands; the rest are on the library's own page."""

SHOWN = (
    "report_id",
    "title",
    "kind",
    "bodies",
    "cycle",
    "pillar",
    "invented",
    "judgements",
    "actions",
)


def holdings_json(cards: Sequence[ReportCard]) -> dict[str, Any]:
    """Return names and rights of all reports, and the first of them as cards, by id.

    ``licensed``: some report is an inspectorate's, and they publish under the
    Open Government Licence; another publisher's reports may not be.
    """
    real = [card.metadata for card in cards if not card.metadata.invented]
    return {
        "reports": len(cards),
        "bodies": _names(body for card in cards for body in card.metadata.bodies),
        "subjects": _names(body for card in cards for body in card.metadata.bodies[:1]),
        "cycles": _names(card.metadata.cycle for card in cards),
        "publishers": _names(metadata.publisher for metadata in real),
        "licensed": any(metadata.inspectorates for metadata in real),
        "samples": len(real) < len(cards),
        "cards": [_card(card) for card in cards[:MOST_CARDS]],
    }


def _card(card: ReportCard) -> dict[str, Any]:
    known = {
        **{name: getattr(card.metadata, name) for name in SHOWN if hasattr(card.metadata, name)},
        "report_id": card.report_id,
        "judgements": card.judgements,
        "actions": card.actions,
    }
    return {name: known[name] for name in SHOWN}


def _names(names: Iterable[str | None]) -> list[str]:
    return sorted({name for name in names if name})
