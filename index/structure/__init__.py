"""What a reader made of a file, turned into a report."""

from __future__ import annotations

import re
import unicodedata

from index.documents import Report
from index.errors import NoText
from index.readers.blocks import SourceDocument
from index.structure.actions import find_actions
from index.structure.boilerplate import without_boilerplate
from index.structure.canonical import lay_out
from index.structure.definitions import find_definitions
from index.structure.judgements import find_judgements
from index.structure.metadata import read_metadata
from index.structure.outline import outline

_KNOWN_ENDINGS = re.compile(r"\.(?:txt|text|md|markdown|html?|xhtml|pdf|docx)$", re.IGNORECASE)


def parse_report(document: SourceDocument, *, report_id: str) -> Report:
    """Return the report: its text, outline, metadata, judgements, actions and definitions.

    Raises:
        NoText: nothing is left when navigation and other furniture is out.

    """
    canonical = lay_out(without_boilerplate(document.blocks))
    if not canonical.blocks:
        raise NoText(document.name, "there is no text in it but navigation")
    parts = outline(canonical.blocks)
    return Report(
        report_id=report_id,
        source=document.name,
        sha256=document.sha256,
        text=canonical.text,
        metadata=read_metadata(document, canonical),
        sections=tuple(part.section for part in parts),
        judgements=find_judgements(canonical, parts),
        actions=find_actions(parts),
        definitions=find_definitions(canonical.text),
        page_starts=canonical.page_starts if document.has_pages else (),
    )


def report_id_of(name: str) -> str:
    """Return the slug of a file name without its ending.

    >>> report_id_of("Bedfordshire PEEL 2018 (effectiveness).pdf")
    'bedfordshire-peel-2018-effectiveness'
    """
    stem = _KNOWN_ENDINGS.sub("", re.split(r"[/\\]", name)[-1])
    plain = unicodedata.normalize("NFKD", stem.replace("’", "").replace("'", ""))
    ascii_only = plain.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-") or "report"
