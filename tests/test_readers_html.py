"""Web pages and Markdown: the content in order, the furniture gone."""

from __future__ import annotations

from time import perf_counter

import pytest

from index.errors import NoText, UnreadableReport
from index.readers.blocks import Block
from index.readers.html import read_html
from index.readers.markdown import read_markdown

PAGE = """<!doctype html>
<html><head><meta charset="utf-8"><title>PEEL 2031 &ndash; Northmere</title>
<link rel="canonical" href="https://inspectorate.example/northmere/"></head>
<body class="cookie-accepted">
<a class="skip" href="#main">Skip to main content</a>
<div id="cookie-banner"><p>We use cookies to count visits.</p></div>
<header><img alt="crest"><p>Inspectorate of Everything</p></header>
<nav><ul><li><a href="/">Home</a></li></ul></nav>
<main id="main">
<h1>Northmere PEEL&nbsp;2031</h1>
<p>Last updated 3 February 2032</p>
<h2>Areas for <em>improvement</em></h2>
<ul><li>Supervise each case.<ul><li>In writing.</li></ul></li>
<li><p>Answer sooner.</p><p>By May.</p></li></ul>
<ol start="4"><li>Publish a plan.</li><li>Report on it.</li></ol>
<p>Ann Holt<br>Chief Constable</p>
<table><tr><th>Question</th><th>Grade</th></tr><tr><td>Help</td><td><p>Good</p></td></tr></table>
<script>track()</script><style>p { color: red }</style>
<aside hidden><p>Draft.</p></aside>
</main>
<footer><p>Crown copyright</p></footer>
</body></html>"""


def blocks_of(html: str) -> tuple[Block, ...]:
    return read_html("page.html", html.encode()).blocks


def shown(blocks: tuple[Block, ...]) -> list[tuple[str, str | int | None, str]]:
    return [(block.kind.value, block.level or block.label, block.text) for block in blocks]


def test_a_page_is_read_without_its_furniture():
    assert shown(blocks_of(PAGE)) == [
        ("heading", 1, "Northmere PEEL 2031"),
        ("paragraph", None, "Last updated 3 February 2032"),
        ("heading", 2, "Areas for improvement"),
        ("bullet", 1, "Supervise each case."),
        ("bullet", 2, "In writing."),
        ("bullet", 1, "Answer sooner."),
        ("paragraph", None, "By May."),
        ("paragraph", "4.", "Publish a plan."),
        ("paragraph", "5.", "Report on it."),
        ("paragraph", None, "Ann Holt"),
        ("paragraph", None, "Chief Constable"),
        ("table_row", None, "Question\tGrade"),
        ("table_row", None, "Help\tGood"),
    ]


def test_the_page_states_its_title_and_its_address():
    document = read_html("page.html", PAGE.encode())
    assert document.title == "PEEL 2031 – Northmere"
    assert document.url == "https://inspectorate.example/northmere/"


def test_an_address_that_is_no_web_address_is_not_taken():
    page = '<link rel="canonical" href="javascript:alert(1)"><p>Text.</p>'
    assert read_html("page.html", page.encode()).url is None


def test_a_heading_in_the_site_header_is_the_page_title_where_main_has_none():
    assert shown(blocks_of("<header><h1>Northmere</h1></header><main><p>Good.</p></main>")) == [
        ("heading", 1, "Northmere"),
        ("paragraph", None, "Good."),
    ]


def test_a_page_without_main_is_read_without_header_and_footer():
    page = "<header>Site</header><div><p>The force is good.</p></div><footer>Contact</footer>"
    assert shown(blocks_of(page)) == [("paragraph", None, "The force is good.")]


def test_text_between_blocks_is_not_lost():
    page = "<div>One <b>bold</b> word<p>inside</p>after</div>tail"
    assert [block.text for block in blocks_of(page)] == ["One bold word", "inside", "after", "tail"]


def test_footnotes_are_told_apart_and_their_marks_leave_the_text():
    page = (
        '<p>The plan<sup><a href="#n1">1</a></sup> is new.</p>'
        '<ol><li id="n1">Published in May. <a href="#r1" role="doc-backlink">up</a></li></ol>'
    )
    assert shown(blocks_of(page)) == [
        ("paragraph", None, "The plan is new."),
        ("footnote", "1", "Published in May."),
    ]


def test_a_raised_figure_that_links_nowhere_stays():
    assert shown(blocks_of("<p>40 km<sup>2</sup></p>")) == [("paragraph", None, "40 km2")]


def test_a_table_that_lays_out_the_page_is_read_cell_by_cell():
    page = (
        "<table><tr><td><h2>Left</h2><p>One.</p></td><td><p>Two.</p><p>Three.</p></td></tr></table>"
    )
    assert shown(blocks_of(page)) == [
        ("heading", 2, "Left"),
        ("paragraph", None, "One."),
        ("paragraph", None, "Two."),
        ("paragraph", None, "Three."),
    ]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("windows-1252", "cp1252"), ("utf-8", "utf-8"), ("iso-8859-15", "iso-8859-15")],
)
def test_the_declared_encoding_is_used(declared: str, encoding: str):
    page = f'<meta charset="{declared}"><p>The budget is £3m.</p>'
    assert read_html("page.html", page.encode(encoding)).blocks[0].text == "The budget is £3m."


def test_a_page_that_declares_no_encoding_is_read_as_utf_8():
    assert blocks_of("<p>The force’s plan</p>")[0].text == "The force’s plan"


def test_twenty_megabytes_of_text_are_kept():
    (block,) = blocks_of("<p>" + "word " * 4_000_000)
    assert len(block.text) == len("word ") * 4_000_000 - 1


def test_text_nested_deeper_than_pages_go_is_kept():
    (block,) = blocks_of("<div>" * 400 + "deep" + "</div>" * 400)
    assert block.text == "deep"


def test_the_headings_and_folded_panels_of_an_accordion_are_content():
    page = (
        "<main><h1>Lamps</h1><h2><button aria-controls=a>Lighting <svg></svg></button></h2>"
        "<div id=a hidden><p>Every lamp is lit.</p></div><p>Nine.</p><button>Print</button></main>"
    )
    assert shown(blocks_of(page)) == [
        ("heading", 1, "Lamps"),
        ("heading", 2, "Lighting"),
        ("paragraph", None, "Every lamp is lit."),
        ("paragraph", None, "Nine."),
    ]


def test_a_panel_that_the_sites_menu_unfolds_stays_out():
    page = (
        "<header><button aria-controls=m>Menu</button></header>"
        "<div id=m hidden><p>All pages</p></div><main><p>Every lamp is lit.</p></main>"
    )
    assert shown(blocks_of(page)) == [("paragraph", None, "Every lamp is lit.")]


def test_parts_of_a_policy_on_consent_and_data_are_no_notice_of_the_site():
    page = (
        "<main><h1>A policy for boats</h1><h2 id=consent>Consent</h2><p>Ask before you sail.</p>"
        "<section id=gdpr><h2>GDPR</h2><p>Keep the log.</p></section><h2 id=cookies>Cookies</h2>"
        "<div class=cookie-consent><p>Accept?</p></div><p>The cook bakes them each week.</p></main>"
    )
    assert [block.text for block in blocks_of(page)] == [
        "A policy for boats",
        "Consent",
        "Ask before you sail.",
        "GDPR",
        "Keep the log.",
        "Cookies",
        "The cook bakes them each week.",
    ]


def test_a_numbered_list_counts_on_from_a_stated_number_and_ignores_what_is_none():
    page = '<ol start="²"><li>One.</li><li value="7">Seven.</li><li value="٣x">Eight.</li></ol>'
    assert shown(blocks_of(page)) == [
        ("paragraph", "1.", "One."),
        ("paragraph", "7.", "Seven."),
        ("paragraph", "8.", "Eight."),
    ]


def test_a_list_of_many_thousand_items_is_numbered_in_a_moment():
    started = perf_counter()
    blocks = blocks_of("<ol>" + "<li>Lamp.</li>" * 20_000 + "</ol>")
    assert blocks[-1].label == "20000."
    assert perf_counter() - started < 10  # counting each item's siblings took minutes


def test_a_page_that_shows_nothing_has_no_text():
    with pytest.raises(NoText, match=r"page\.html: the page shows no text"):
        blocks_of("<html><body><script>draw()</script></body></html>")


def test_a_binary_named_html_is_unreadable():
    with pytest.raises(UnreadableReport, match=r"page\.html: is not a text file"):
        read_html("page.html", bytes(range(256)) * 4)


MARKDOWN = """---
title: Northmere 2031
url: https://inspectorate.example/northmere
---
# Northmere

The force is *good* at
this.

- Supervise.

  In writing.
- Answer.

3. Plan.
4. Report.

| Question | Grade |
|----------|-------|
| Help     | Good  |

> Quoted.
"""


def test_markdown_is_read_as_commonmark_with_tables():
    assert shown(read_markdown("report.md", MARKDOWN.encode()).blocks) == [
        ("heading", 1, "Northmere"),
        ("paragraph", None, "The force is good at this."),
        ("bullet", 1, "Supervise."),
        ("paragraph", None, "In writing."),
        ("bullet", 1, "Answer."),
        ("paragraph", "3.", "Plan."),
        ("paragraph", "4.", "Report."),
        ("table_row", None, "Question\tGrade"),
        ("table_row", None, "Help\tGood"),
        ("paragraph", None, "Quoted."),
    ]


def test_front_matter_gives_title_and_address_and_is_no_text():
    document = read_markdown("report.md", MARKDOWN.encode())
    assert (document.title, document.url) == (
        "Northmere 2031",
        "https://inspectorate.example/northmere",
    )


def test_markdown_of_blanks_has_no_text():
    with pytest.raises(NoText, match=r"report\.md: the file holds no text"):
        read_markdown("report.md", b"\n \n")
