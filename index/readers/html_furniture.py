"""What surrounds the content of a web page, and the content without it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from index.readers.running import SKIP_LINK

DROPPED_TAGS = frozenset(
    {"script", "style", "noscript", "template", "nav", "svg", "iframe", "object", "canvas"}
    | {"dialog", "button", "input", "select", "textarea"}
)
DROPPED_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "search", "alert", "alertdialog", "dialog"}
)
KEPT_TAGS = frozenset({"html", "body", "main", "article"})
LARGEST_NOTICE = 0.3  # of the page's text: a "cookie-accepted" wrapper is no cookie banner
SMALLEST_MAIN = 0.25  # of the page's text: a smaller <main> is not where the text is
_NOTICE = re.compile(
    r"(?:^|[-_\s])(?:cookies?|consent|gdpr|breadcrumbs?)(?:$|[-_\s])", re.IGNORECASE
)


def main_content(root: HtmlElement) -> HtmlElement:
    """Return the element that holds the page's content; the furniture in the page is removed."""
    for element in list(_furniture(root)):
        _drop(element)
    whole = _length(root)
    candidates = root.xpath("//main | //*[@role='main']") or root.xpath("//article")
    if candidates:
        main = max(candidates, key=_length)
        if _length(main) >= SMALLEST_MAIN * whole and (main.tag == "main" or len(candidates) == 1):
            return main
    for element in [*root.iter("header"), *root.iter("footer")]:
        if not any(above.tag in ("main", "article") for above in element.iterancestors()):
            _drop(element)
    return root


def _furniture(root: HtmlElement) -> Iterator[HtmlElement]:
    whole = _length(root)
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in KEPT_TAGS:
            continue
        small = _length(element) <= LARGEST_NOTICE * whole
        if _is_never_content(element) or _is_skip_link(element) or (small and _is_notice(element)):
            yield element


def _is_never_content(element: HtmlElement) -> bool:
    # "until-found" is text behind a disclosure, which the browser finds and shows.
    hidden = element.get("hidden") not in (None, "until-found")
    return element.tag in DROPPED_TAGS or element.get("role", "") in DROPPED_ROLES or hidden


def _is_skip_link(element: HtmlElement) -> bool:
    text = element.text_content().strip() if element.tag == "a" else ""
    return SKIP_LINK.fullmatch(text) is not None


def _is_notice(element: HtmlElement) -> bool:
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return _NOTICE.search(names) is not None


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _length(element: HtmlElement) -> int:
    return len(element.text_content())
