"""Footnotes of a web page: their marks leave the text, their texts are told apart."""

from __future__ import annotations

from lxml.html import HtmlElement

from index.readers.characters import clean_text

NOTE_CHARS = 4  # a mark is a figure or a sign, in brackets or not
HOLDERS = ("li", "p", "div", "dd", "td", "aside")
BACK_MARKS = frozenset({"↩", "↩︎", "↑", "^", "⤴", "Back", "back", "Back to text"})


def take_out_notes(root: HtmlElement) -> dict[HtmlElement, str]:
    """Return the elements that are footnotes with their marks, taking the marks out of the text.

    A mark is a raised link, or one with the role of a note reference, to a
    place on the same page. Links from the notes back to the text go too.
    """
    by_id = {element.get("id") or element.get("name"): element for element in root.iter()}
    notes: dict[HtmlElement, str] = {}
    for link in list(root.iter("a")):
        target = by_id.get(link.get("href", "").partition("#")[2] or None)
        label = clean_text(link.text_content()).strip("[]() ")
        if target is None or not label or len(label) > NOTE_CHARS or not _is_mark(link):
            continue
        notes.setdefault(_holder(target), label)
        _drop(link)
    for note in notes:
        for link in list(note.iter("a")):
            if link.get("role") == "doc-backlink" or clean_text(link.text_content()) in BACK_MARKS:
                _drop(link)
    return notes


def _is_mark(link: HtmlElement) -> bool:
    parent = link.getparent()
    raised = parent is not None and parent.tag == "sup"
    return link.get("role") == "doc-noteref" or raised or any(link.iter("sup"))


def _holder(target: HtmlElement) -> HtmlElement:
    """Return the block that a note's anchor stands in, the anchor's element itself if it is one."""
    for element in (target, *target.iterancestors()):
        if element.tag in HOLDERS:
            return element
    return target


def _drop(link: HtmlElement) -> None:
    parent = link.getparent()
    if parent is not None and parent.tag == "sup" and len(parent) == 1:
        link = parent if not (parent.text or "").strip() else link
    if link.getparent() is not None:
        link.drop_tree()
