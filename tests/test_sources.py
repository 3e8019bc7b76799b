"""What is found under paths: files, folders and archives, and what is said of the rest."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from index.errors import UnreadableReport, UnsupportedFormat
from index.ingest.sources import Source, find_sources


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"text of {name}")


def zip_of(path: Path, members: dict[str, bytes]) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def shown(*paths: Path, under: Path) -> list[str]:
    """The origins found, or the reasons where something could not be reached."""
    return [
        found.origin.replace(str(under), "~")
        if isinstance(found, Source)
        else str(found).replace(str(under), "~")
        for found in find_sources(paths)
    ]


def test_a_folder_is_walked_in_order_without_hidden_and_foreign_files(tmp_path: Path):
    make(tmp_path, "b.txt", "a.pdf", "deep/er/c.md", ".hidden.txt", ".git/d.txt")
    make(tmp_path, "photo.png", "~$lock.docx", "__MACOSX/a.pdf")
    assert shown(tmp_path, under=tmp_path) == ["~/a.pdf", "~/b.txt", "~/deep/er/c.md"]


def test_a_named_file_is_found_whatever_its_ending(tmp_path: Path):
    make(tmp_path, "sheet.xlsx", ".hidden.txt")
    named = [tmp_path / "sheet.xlsx", tmp_path / ".hidden.txt"]
    assert shown(*named, under=tmp_path) == ["~/sheet.xlsx", "~/.hidden.txt"]


def test_a_file_named_twice_is_found_once(tmp_path: Path):
    make(tmp_path, "a.txt")
    assert shown(tmp_path / "a.txt", tmp_path, under=tmp_path) == ["~/a.txt"]


def test_a_missing_path_is_said_and_the_walk_goes_on(tmp_path: Path):
    make(tmp_path, "a.txt")
    assert shown(tmp_path / "gone", tmp_path / "a.txt", under=tmp_path) == [
        "~/gone: there is no such file or folder",
        "~/a.txt",
    ]


def test_a_folder_without_reports_is_said(tmp_path: Path):
    make(tmp_path, "photo.png")
    (found,) = find_sources([tmp_path])
    assert isinstance(found, UnsupportedFormat)
    assert found.reason.startswith("holds no file that can be read: .docx, ")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_an_unreadable_folder_is_said_and_the_walk_goes_on(tmp_path: Path):
    make(tmp_path, "closed/a.txt", "open/b.txt")
    (tmp_path / "closed").chmod(0)
    found = shown(tmp_path, under=tmp_path)
    (tmp_path / "closed").chmod(0o700)
    assert found == ["~/closed: cannot be opened: Permission denied", "~/open/b.txt"]


def test_a_folder_that_links_to_itself_is_walked_once(tmp_path: Path):
    make(tmp_path, "a.txt")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert shown(tmp_path, under=tmp_path) == ["~/a.txt"]


def test_a_pipe_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.txt")
    assert shown(tmp_path / "pipe.txt", under=tmp_path) == [
        "~/pipe.txt: is neither a file nor a folder"
    ]


def test_the_files_of_an_archive_are_named_by_their_place_in_it(tmp_path: Path):
    path = zip_of(
        tmp_path / "all.zip",
        {"b.txt": b"two", "in/a.txt": b"one", "in/": b"", "__MACOSX/a.txt": b"x", "c.png": b"x"},
    )
    found = [source for source in find_sources([path]) if isinstance(source, Source)]
    assert [(source.name, source.origin, source.read()) for source in found] == [
        ("b.txt", f"{path}/b.txt", b"two"),
        ("a.txt", f"{path}/in/a.txt", b"one"),
    ]


def test_an_archive_in_a_folder_is_opened_and_one_in_an_archive_is_not(tmp_path: Path):
    inner = BytesIO()
    with ZipFile(inner, "w") as archive:
        archive.writestr("x.txt", "x")
    zip_of(tmp_path / "outer.zip", {"a.txt": b"one", "inner.zip": inner.getvalue()})
    assert shown(tmp_path, under=tmp_path) == [
        "~/outer.zip/a.txt",
        "~/outer.zip/inner.zip: is an archive in an archive: unpack it first",
    ]


def test_an_encrypted_member_is_said(tmp_path: Path):
    path = zip_of(tmp_path / "all.zip", {"a.txt": b"one"})
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    path.write_bytes(data)
    assert shown(path, under=tmp_path) == [
        "~/all.zip/a.txt: is encrypted: unpack it with its password first"
    ]


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path):
    path = zip_of(tmp_path / "bomb.zip", {"a.txt": bytes(11_000_000)})
    (source,) = find_sources([path])
    assert isinstance(source, Source)
    with pytest.raises(UnreadableReport, match=r"bomb\.zip/a\.txt: would unpack .* to 11,000,000"):
        source.read()


def test_a_member_that_is_larger_than_stated_is_not_believed(tmp_path: Path):
    path = zip_of(tmp_path / "all.zip", {"a.txt": b"0123456789" * 10})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02") + 24  # the central directory's uncompressed size
    data[at : at + 4] = (5).to_bytes(4, "little")
    path.write_bytes(data)
    (source,) = find_sources([path])
    assert isinstance(source, Source)
    with pytest.raises(UnreadableReport, match=r"is damaged in its archive|is not of the size"):
        source.read()


def test_a_damaged_archive_is_said(tmp_path: Path):
    (tmp_path / "all.zip").write_bytes(b"PK\x03\x04 and nothing else")
    assert shown(tmp_path / "all.zip", under=tmp_path) == [
        "~/all.zip: is damaged or no zip archive"
    ]


def test_an_archive_with_a_name_that_is_not_the_utf_8_it_claims_is_said(tmp_path: Path):
    path = zip_of(tmp_path / "all.zip", {"é.txt": b"one"})
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\xe9\xe9"))
    assert shown(path, under=tmp_path) == ["~/all.zip: is damaged or no zip archive"]


def test_an_archive_without_reports_is_said(tmp_path: Path):
    (found,) = find_sources([zip_of(tmp_path / "all.zip", {"a.png": b"x"})])
    assert isinstance(found, UnsupportedFormat)


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path):
    make(tmp_path, "a.txt")
    (source,) = find_sources([tmp_path])
    (tmp_path / "a.txt").write_text("later")
    assert isinstance(source, Source)
    assert source.read() == b"later"


def test_a_file_that_is_gone_when_it_is_read_is_unreadable(tmp_path: Path):
    make(tmp_path, "a.txt")
    (source,) = find_sources([tmp_path])
    (tmp_path / "a.txt").unlink()
    assert isinstance(source, Source)
    with pytest.raises(UnreadableReport, match=r"a\.txt: cannot be read: No such file"):
        source.read()
