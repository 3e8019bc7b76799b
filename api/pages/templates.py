"""The templates of the pages that need no script, and the words and days in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined

from api.response_pack import long_day
from index.documents import ReportKind, Span

REPORT_KINDS = {
    ReportKind.PEEL: "PEEL",
    ReportKind.JTAI: "Joint targeted area inspection",
    ReportKind.CHILDRENS_SERVICES: "Children’s services",
    ReportKind.FIRE: "Fire and rescue",
    ReportKind.OTHER: "Other reports",
}


@cache
def templates() -> Environment:
    """Return the templates; what they are given is text and never markup."""
    environment = Environment(
        loader=PackageLoader("api", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        day=long_day, counted=counted, kind_name=REPORT_KINDS.__getitem__, listed=", ".join
    )
    environment.globals.update(
        report_address=report_address, query=query, zip=_pairs, kind_options=_kind_options
    )
    return environment


def render(name: str, **values: object) -> str:
    return templates().get_template(name).render(**values)


@cache
def looks() -> str:
    """Return what stands for the templates' present state: a page kept from before is stale."""
    folder = files("api").joinpath("templates")
    parts = sorted((part.name, part.read_bytes()) for part in folder.iterdir() if part.is_file())
    return sha256(repr(parts).encode()).hexdigest()[:16]


def report_address(report_id: str, *spans: Span) -> str:
    """Return the reader's address; with spans, one that shows them without a script.

    >>> report_address("tern-2022", Span(5, 9))
    '/reports/tern-2022?quote=5-9#quote-1'
    """
    path = f"/reports/{quote(report_id, safe='')}"
    if not spans:
        return path
    quotes = "&".join(f"quote={span.start}-{span.end}" for span in spans)
    return f"{path}?{quotes}#quote-1"


def query(path: str, **values: object) -> str:
    """Return the path with a query of those values that say something.

    >>> query("/actions", body="Tern Police", cycle=None, report=["a", "b"])
    '/actions?body=Tern+Police&report=a&report=b'
    """
    pairs = [
        (name, item)
        for name, value in values.items()
        for item in (value if isinstance(value, list | tuple) else [value])
        if item not in (None, "", 1)
    ]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return the number with its noun.

    >>> counted(1, "body", "bodies"), counted(0, "report"), counted(1200, "report")
    ('1 body', '0 reports', '1,200 reports')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _pairs(values: Iterable[str], texts: Iterable[str]) -> list[tuple[str, str]]:
    return list(zip(values, texts, strict=True))


def _kind_options(kinds: Iterable[ReportKind]) -> list[tuple[str, str]]:
    return [(kind.value, REPORT_KINDS[kind]) for kind in kinds]


def day_or_none(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
