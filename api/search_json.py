"""The JSON of a search: ranked passages and how they were found."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rag.wire import passage_json, scope_json

if TYPE_CHECKING:
    from rag.pipeline import SearchResult


def search_json(query: str, found: SearchResult) -> dict[str, Any]:
    """Return a search as plain JSON values; names that an answer has too mean the same."""
    return {
        "query": query,
        "status": found.status.value,
        "reason": found.reason,
        "passages": [passage_json(passage) for passage in found.passages],
        "scope": scope_json(found.scope),
        "library": asdict(found.library),
    }
