"""A sweep builds a library for each recipe, runs every combination, and draws what it costs."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import html

from eval.commands import eval_group
from eval.setting_pairs import grid_of

REPORT = Path(__file__).parents[1] / "api" / "samples" / "sample-osterfell-peel-2021-22.md"


@pytest.fixture(scope="module")
def gold(tmp_path_factory):
    path = tmp_path_factory.mktemp("gold") / "asked.jsonl"
    line = {
        "id": "q1",
        "question": "How many officers has Osterfell Police?",
        "type": "fact",
        "answerable": True,
        "must_contain": ["588"],
        "evidence": [
            {
                "report": "sample-osterfell-peel-2021-22",
                "quote": "When we inspected it, the force had 588 officers",
            }
        ],
    }
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    return path


def test_a_grid_has_every_combination():
    assert grid_of(["candidates=20, 60", "read_passages=5,10"]) == [
        {"candidates": "20", "read_passages": "5"},
        {"candidates": "20", "read_passages": "10"},
        {"candidates": "60", "read_passages": "5"},
        {"candidates": "60", "read_passages": "10"},
    ]


def test_a_sweep_over_chunk_sizes_builds_a_library_each(gold, tmp_path):
    arguments = [
        "sweep",
        str(gold),
        *("--set", "passage_tokens=80,180", "--set", "read_passages=2"),
        *("--reports", str(REPORT), "--cache", str(tmp_path / "cache")),
        *("-o", str(tmp_path / "sweep"), "--json"),
    ]
    result = CliRunner().invoke(eval_group, arguments)
    rows = json.loads(result.stdout)
    small, large = (rows[f"passage_tokens={n},read_passages=2"] for n in (80, 180))

    assert result.exit_code == 0
    assert len(list((tmp_path / "cache").glob("*.db"))) == 2
    # The answer is found with either, and smaller passages are less to read.
    assert (small["must_contain"], large["must_contain"]) == (1, 1)
    assert small["read_characters"] < large["read_characters"]
    assert (tmp_path / "sweep" / "passage_tokens=80,read_passages=2" / "scores.json").exists()

    page = html.fromstring((tmp_path / "sweep" / "sweep.html").read_text(encoding="utf-8"))
    assert len(page.xpath("//figure/*[local-name() = 'svg']")) == 4
    assert "## Sweep" in (tmp_path / "sweep" / "sweep.md").read_text(encoding="utf-8")

    again = CliRunner().invoke(eval_group, arguments)
    assert json.loads(again.stdout) == rows


def test_a_chunk_size_without_reports_is_wrong_usage(gold):
    result = CliRunner().invoke(eval_group, ["sweep", str(gold), "--set", "passage_tokens=80,180"])
    assert result.exit_code == 2
    assert "passage_tokens is part of what a library is built with" in result.stderr


def test_reports_that_cannot_be_read_stop_a_sweep(gold, tmp_path):
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 and nothing else")
    result = CliRunner().invoke(
        eval_group,
        [
            "sweep",
            str(gold),
            *("--set", "passage_tokens=80", "--reports", str(broken)),
            *("--cache", str(tmp_path / "cache"), "-o", str(tmp_path / "sweep")),
        ],
    )
    assert result.exit_code == 3
    assert "broken.pdf" in result.stderr
