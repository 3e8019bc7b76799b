"""Markdown: CommonMark with tables, made HTML by its parser and read as that."""

from __future__ import annotations

import re
from hashlib import sha256

from markdown_it import MarkdownIt

from index.errors import NoText
from index.readers.blocks import SourceDocument
from index.readers.html import html_blocks
from index.readers.text import decode

# CommonMark would read front matter as a rule and a heading.
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^(title|url):[ \t]*(['\"]?)(.+?)\2[ \t]*$", re.MULTILINE)


def read_markdown(name: str, data: bytes) -> SourceDocument:
    """Return the blocks of a Markdown file; ``title`` and ``url`` come from its front matter.

    Raises:
        NoText: there is nothing in it to read.
        UnreadableReport: it is no text, whatever its name says.
    """
    text = decode(name, data).replace("\r\n", "\n")
    front = _FRONT_MATTER.match(text)
    fields = {key: value for key, _, value in _FIELD.findall(front.group(1))} if front else {}
    body = text[front.end() :] if front else text
    blocks = html_blocks(MarkdownIt("commonmark").enable("table").render(body))
    if not blocks:
        raise NoText(name, "the file holds no text")
    return SourceDocument(
        name=name,
        sha256=sha256(data).hexdigest(),
        blocks=blocks,
        title=fields.get("title"),
        url=fields.get("url"),
    )
