"""Which reader takes which file."""

from __future__ import annotations

from hashlib import sha256

import pytest

from index.errors import NoText, UnreadableReport, UnsupportedFormat
from index.readers import MAX_CHARACTERS, read_document


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("report.txt", b"The force is good."),
        ("REPORT.TXT", b"The force is good."),
        ("report.md", b"The force is **good**."),
        ("report.html", b"<p>The force is good.</p>"),
        ("report.htm", b"<p>The force is good.</p>"),
        ("saved page.txt", b"<!DOCTYPE html><html><p>The force is good.</p></html>"),
        ("page", b"<!DOCTYPE html><html><p>The force is good.</p></html>"),
    ],
)
def test_the_ending_and_the_content_choose_the_reader(name: str, data: bytes):
    document = read_document(name, data)
    assert [block.text for block in document.blocks] == ["The force is good."]
    assert (document.name, document.sha256) == (name, sha256(data).hexdigest())
    assert not document.has_pages


def test_an_empty_file_has_no_text():
    with pytest.raises(NoText, match=r"report\.pdf: the file is empty"):
        read_document("report.pdf", b"")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("report.txt", b"%PDF-1.7 ...", r"is named \.txt but holds a PDF"),
        ("report.pdf", b"<!doctype html><p>Not found</p>", r"is named \.pdf but holds a web page"),
        ("report.docx", b"%PDF-1.7 ...", r"is named \.docx but holds a PDF"),
        ("report.txt", b"PK\x03\x04....", r"is named \.txt but holds a Word document or another"),
        ("report.txt", b"\x89PNG\r\n\x1a\n" + bytes(64), r"is not a text file"),
        ("report.pdf", b"hello", r"is damaged or no PDF"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_unreadable(name, data, reason):
    with pytest.raises(UnreadableReport, match=reason):
        read_document(name, data)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("sheet.xlsx", r"sheet\.xlsx: no reader takes files ending in \.xlsx; readable are \.docx"),
        ("old.doc", r"old\.doc: is in the format of Word 97: save it as \.docx"),
        ("notes", r"notes: no reader takes a file without ending"),
    ],
)
def test_a_kind_that_no_reader_takes_is_named(name: str, reason: str):
    with pytest.raises(UnsupportedFormat, match=reason):
        read_document(name, b"PK\x03\x04" if name == "sheet.xlsx" else b"plain")


@pytest.mark.parametrize("name", ["dump.txt", "dump.md", "dump.html"])
def test_a_text_that_is_longer_than_any_report_is_refused_with_its_length(name: str):
    text = "The force counted its boats again. " * 150_000
    with pytest.raises(UnreadableReport) as refused:
        read_document(name, text.encode())
    assert str(refused.value) == (
        f"{name}: holds 5,249,999 characters of text; the most taken as one report is 5,000,000:"
        " split it into its reports or parts"
    )


def test_a_text_of_the_greatest_length_is_a_report():
    (block,) = read_document("long.txt", b"a" * MAX_CHARACTERS).blocks
    assert len(block.text) == 5_000_000
