"""What the benchmark makes of figures, and that every part of it runs: small, and for real."""

import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.__main__ import PARTS
from benchmarks.charts import chart
from benchmarks.comparing_adding import compare_adding
from benchmarks.comparing_retrieval import A_TURN, compare_retrieval
from benchmarks.encoder import SAMPLES
from benchmarks.environments import peer_python
from benchmarks.parts import Bars, Part, Target, at_least, at_most, targets_table, within
from benchmarks.passages import made_passages
from benchmarks.processes import FailedCommand
from benchmarks.stores import fill, kept_passages, size_mb
from benchmarks.systems import PEELBACK, PEERS, command_of
from benchmarks.written import BEGIN, END, keep, kept_parts, write_page
from eval.tables import Table
from index.readers import read_document
from index.structure import parse_report

OURS_ALONE = {PEELBACK: Path(sys.executable)}


def test_a_rate_is_compared_with_the_best_of_the_others():
    # Medians 90, 20 and 30: 90 / 30 = 3, and 4.5 were wanted.
    rates = {"Peelback": [80.0, 90.0, 95.0], "slow": [20.0], "best": [30.0, 10.0, 31.0]}
    assert at_least("adding", rates, times=4.5, unit="passages/s") == [
        Target(
            "adding",
            "90 passages/s",
            "30 passages/s (best)",
            "3.00",
            "at least 4.5",
            met=False,
        )
    ]


def test_a_time_is_compared_with_the_fastest_of_the_others():
    assert at_most("asking", 2.0, {"slow": 20.0, "best": 8.0}, share=1 / 3, unit="ms") == [
        Target("asking", "2 ms", "8 ms (best)", "0.25", "at most 0.33", met=True)
    ]


def test_where_no_other_was_measured_nothing_is_claimed():
    assert at_least("adding", {"Peelback": [90.0]}, times=4.5, unit="passages/s") == []
    assert at_most("asking", 2.0, {}, share=0.5, unit="ms") == []


def test_a_missed_target_is_shown_as_missed():
    table = targets_table([within("ready", 2.5, limit=1.5, unit="s")])
    assert table.rows == (("ready", "2.5 s", "–", "–", "at most 1.5 s", "**missed**"),)


def test_made_passages_are_the_same_each_time_all_different_and_of_the_reports_sentences():
    made = made_passages([SAMPLES], 300)
    assert len(set(made)) == 300
    assert made[:50] == made_passages([SAMPLES], 50)
    reports = " ".join(
        " ".join(
            parse_report(read_document(file.name, file.read_bytes()), report_id="x").text.split()
        )
        for file in SAMPLES.glob("*.md")
    )
    words = ["".join(text.split()) for text in made]
    # The last forty characters of a passage are one sentence's, or the end of two.
    assert sum(text[-40:] in "".join(reports.split()) for text in words) > 150


def test_a_peer_without_an_environment_is_left_out_and_named(tmp_path, capsys):
    assert peer_python("txtai", install=False, within=tmp_path) is None
    assert "txtai is left out: no environment" in capsys.readouterr().err


@pytest.mark.parametrize("system", [PEELBACK, *PEERS], ids=lambda system: system.key)
def test_every_system_has_a_driver_and_every_peer_its_releases(system):
    driver = Path(command_of(system, Path("python"))[1])
    assert driver.is_file()
    releases = driver.with_name(f"{system.peer}.txt")
    # Without a CPU build's release named, pip would fetch gigabytes.
    assert system.is_ours or "torch==2.13.0" in releases.read_text().splitlines()


def test_one_system_of_each_peer_is_timed_at_adding():
    adding = [system.peer for system in PEERS if system.adds]
    assert sorted(adding) == sorted({system.peer for system in PEERS})


@pytest.mark.full
def test_adding_and_asking_are_measured_in_processes_of_their_own(tmp_path):
    added = compare_adding([SAMPLES], OURS_ALONE, into=0, rounds=2, each=8, kept=tmp_path)
    assert added.tables[0].title == "Adding 16 passages into an empty library"
    assert len(added.bars[0].values["Peelback"]) == 2
    found = compare_retrieval(
        [SAMPLES],
        OURS_ALONE,
        size=40,
        questions=["Who supervises investigations?"],
        turns=2,
        kept=tmp_path,
    )
    assert [row[0] for row in found.tables[0].rows] == ["Peelback", "Peelback, a whole answer"]
    assert len(found.bars[0].values["Peelback"]) == 2 * A_TURN
    assert found.targets == []


def test_a_store_is_filled_once_and_the_vectors_are_the_passages_own(tmp_path):
    import numpy as np

    kept = kept_passages([SAMPLES], 45, within=tmp_path)
    fill(kept, OURS_ALONE)
    vectors = np.load(kept.folder / "vectors.npy")
    assert vectors.shape == (45, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(45), abs=1e-5)
    written = (kept.of(PEELBACK) / "library.db").stat().st_mtime_ns
    fill(kept_passages([SAMPLES], 45, within=tmp_path), OURS_ALONE)
    assert (kept.of(PEELBACK) / "library.db").stat().st_mtime_ns == written
    assert size_mb(kept.of(PEELBACK)) > 0.1


def test_a_chart_is_svg_with_a_bar_a_system_and_the_same_each_time():
    bars = Bars("adding", "Adding", "passages a second", {"Peelback": [4.0, 5.0, 6.0], "b": [1.0]})
    svg = chart(bars)
    ElementTree.fromstring(svg)  # noqa: S314 - our own
    assert svg == chart(bars)
    assert "Peelback" in svg
    assert "http" not in svg.replace("http://www.w3.org", "")


def test_the_page_keeps_its_words_and_shows_every_part_that_was_ever_kept(tmp_path):
    page = tmp_path / "performance.md"
    page.write_text(f"# Performance\n\nWords.\n\n{BEGIN}\nold\n{END}\n\nMore words.\n")
    rates = {"Peelback": [2.0], "other": [1.0]}
    part = Part(
        [Table("Adding", ("system", "passages/s"), (("Peelback", "2.0"),))],
        [Bars("adding", "Adding", "passages a second", rates)],
        at_least("adding", rates, times=4.5, unit="passages/s"),
        ["A note."],
    )
    keep(tmp_path / "kept.json", {"adding": part})
    write_page(page, tmp_path / "images", kept_parts(tmp_path / "kept.json"))
    written = page.read_text()
    assert written.startswith(f"# Performance\n\nWords.\n\n{BEGIN}\n")
    assert written.endswith(f"{END}\n\nMore words.\n")
    assert "old" not in written
    assert "### Adding\n" in written
    assert "| **missed** |" in written
    assert "![Adding](images/adding.svg)" in written
    assert "A note." in written
    assert (tmp_path / "images" / "adding.svg").read_text().startswith("<svg")


def test_parts_have_names_that_a_command_line_takes():
    assert all(name.isidentifier() for name in PARTS)


@pytest.mark.full
def test_questions_that_made_passages_cannot_be_asked_are_left_out_and_counted(tmp_path, capsys):
    questions = ["Who supervises investigations?", "What grade was Kent Police given?"]
    compare_retrieval([SAMPLES], OURS_ALONE, size=40, questions=questions, turns=1, kept=tmp_path)
    assert "1 questions name a force or area" in capsys.readouterr().err
    with pytest.raises(FailedCommand, match="ask general ones"):
        compare_retrieval(
            [SAMPLES], OURS_ALONE, size=40, questions=questions[1:], turns=1, kept=tmp_path
        )
