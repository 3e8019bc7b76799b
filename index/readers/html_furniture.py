"""What surrounds the content of a web page, and the content without it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from lxml.html import HtmlElement

from index.readers.html_hidden import is_styled_away
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
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# "Consent" and "GDPR" alone name parts of many a policy.
_NOTICE = re.compile(
    r"(?:^|[-_\s])(?:cookies?|breadcrumbs?|(?:gdpr|consent)[-_](?:banner|notice|bar|popup|modal))"
    r"(?:$|[-_\s])",
    re.IGNORECASE,
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
    unfolded = frozenset(_unfolded(root))
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in KEPT_TAGS:
            continue
        small = _length(element) <= LARGEST_NOTICE * whole
        never = _is_never_content(element, unfolded)
        if never or _is_skip_link(element) or (small and _is_notice(element)):
            yield element


def _unfolded(root: HtmlElement) -> Iterator[str]:
    """Yield the ids of what a reader unfolds in place: the panels of accordions and tabs."""
    for control in root.xpath(".//*[@aria-controls or @data-target or @data-bs-target or @href]"):
        if not any(_surrounds(above) for above in (control, *control.iterancestors())):
            yield from control.get("aria-controls", "").split()
            for name in ("data-target", "data-bs-target", "href"):
                yield control.get(name, "").partition("#")[2]


def _surrounds(element: HtmlElement) -> bool:
    return element.tag in ("nav", "header", "footer") or element.get("role", "") in DROPPED_ROLES


def _is_never_content(element: HtmlElement, unfolded: Collection[str]) -> bool:
    if element.tag == "button" and next(element.iterancestors(*HEADINGS), None) is not None:
        return False  # an accordion's heading
    # "until-found" is text behind a disclosure, which the browser finds and shows.
    hidden = element.get("hidden") not in (None, "until-found") or is_styled_away(element)
    hidden = hidden and element.get("id") not in unfolded
    return element.tag in DROPPED_TAGS or element.get("role", "") in DROPPED_ROLES or hidden


def _is_skip_link(element: HtmlElement) -> bool:
    text = element.text_content().strip() if element.tag == "a" else ""
    return SKIP_LINK.fullmatch(text) is not None


def _is_notice(element: HtmlElement) -> bool:
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return element.tag not in HEADINGS and _NOTICE.search(names) is not None


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _length(element: HtmlElement) -> int:
    return len(element.text_content())
