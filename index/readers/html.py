"""Web pages: the main content, without the furniture around it."""

from __future__ import annotations

import codecs
import re
from hashlib import sha256
from urllib.parse import urlsplit

import lxml.html
from lxml.etree import ParserError
from lxml.html import HtmlElement

from index.errors import NoText, UnreadableReport
from index.readers.blocks import Block, BlockKind, SourceDocument
from index.readers.characters import clean_text
from index.readers.html_furniture import main_content
from index.readers.html_walk import element_blocks
from index.readers.text import decode

HEAD_BYTES = 4096  # where a page declares its encoding; HTML asks for the first 1024
_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([-\w]+)""", re.IGNORECASE)


def read_html(name: str, data: bytes) -> SourceDocument:
    """Return the blocks of a web page's main content.

    Raises:
        NoText: the page shows no text.
        UnreadableReport: it is no text, whatever its name says.
    """
    root = _parsed(_decoded(name, data))
    if root is None:
        raise NoText(name, "the page holds no text")
    title, url = _title(root), _url(root)
    blocks = _content_blocks(root)
    if not blocks:
        raise NoText(name, "the page shows no text")
    return SourceDocument(
        name=name, sha256=sha256(data).hexdigest(), blocks=blocks, title=title, url=url
    )


def html_blocks(html: str) -> tuple[Block, ...]:
    """Return the blocks of a piece of HTML."""
    root = _parsed(html)
    return () if root is None else tuple(element_blocks(root))


def _content_blocks(root: HtmlElement) -> tuple[Block, ...]:
    headings = [clean_text(found.text_content()) for found in root.iter("h1")]
    blocks = tuple(element_blocks(main_content(root)))
    if blocks and headings and not any(block.level == 1 for block in blocks):
        # Some pages keep their own title in the site's header.
        return (Block(BlockKind.HEADING, headings[0], level=1), *blocks) if headings[0] else blocks
    return blocks


def _parsed(html: str) -> HtmlElement | None:
    # Without huge_tree, text beyond ten million characters is lost without a word.
    parser = lxml.html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        return lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except ParserError:  # nothing but white space and comments
        return None


def _decoded(name: str, data: bytes) -> str:
    declared = _CHARSET.search(data[:HEAD_BYTES])
    if declared is not None and not data.startswith((codecs.BOM_UTF8, b"\xff\xfe", b"\xfe\xff")):
        try:
            text = data.decode(declared.group(1).decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            return decode(name, data)
        if "\x00" in text:
            raise UnreadableReport(name, "is not a web page: it holds binary data")
        return text
    return decode(name, data)


def _title(root: HtmlElement) -> str | None:
    titles = [clean_text(found.text_content()) for found in root.iter("title")]
    return next((title for title in titles if title), None)


def _url(root: HtmlElement) -> str | None:
    """Return the page's own address: its canonical link, else what it tells social networks."""
    stated = [
        *root.xpath("//link[translate(@rel, 'CANOILR', 'canoilr')='canonical']/@href"),
        *root.xpath("//meta[@property='og:url']/@content"),
    ]
    addresses = (str(address).strip() for address in stated)
    return next((url for url in addresses if urlsplit(url).scheme in ("http", "https")), None)
