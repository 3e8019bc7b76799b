"""The gate holds back what is worse: over the sample reports, broken in ways of old."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.commands import Openers, eval_group
from eval.errors import UnreadableRun
from eval.gating.baseline import read_baseline
from index.bodies import BodyRegistry
from index.encoders.models import open_embedder
from rag.pipeline import Assistant
from rag.reading import PlainReader

GOLD = Path(__file__).parents[1] / "eval" / "gold" / "samples.jsonl"


class UpsideDown:
    """An encoder whose questions point away from what they mean: dense rankings are reversed."""

    def __init__(self, embedder):
        self._embedder = embedder

    def __getattr__(self, name):
        return getattr(self._embedder, name)

    def embed_query(self, text):
        return -self._embedder.embed_query(text)


class BlindReader:
    """A reader that was dropped: it reads as before and is never confident of an answer."""

    name = "blind"

    def read(self, *arguments):
        return replace(PlainReader.load().read(*arguments), confidence=0.0)


class Shuffled:
    """Gives each question the answer of the one before it, as shuffled ids do."""

    def __init__(self, assistant):
        self._assistant = assistant
        self._last = None

    def __getattr__(self, name):
        return getattr(self._assistant, name)

    def answer(self, question):
        answer = self._assistant.answer(question)
        given, self._last = self._last or answer, answer
        return replace(given, question=question.text)


@pytest.fixture(scope="module")
def gold(tmp_path_factory):
    """Every fourth of the project's own gold questions."""
    lines = GOLD.read_text(encoding="utf-8").splitlines()[::4]
    path = tmp_path_factory.mktemp("gold") / "samples.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def assistant_of(sample_library, sample_settings):
    def make(*, wrap=lambda embedder: embedder, reader=None, settings=None):
        return Assistant(
            library=sample_library,
            embedder=wrap(open_embedder(None)),
            reader=reader or PlainReader.load(),
            registry=BodyRegistry.load(),
            settings=settings or sample_settings,
        )

    return make


def peelback_eval(*arguments, assistant=None):
    openers = Openers(assistant=lambda _: assistant, report_of=lambda _: assistant.report)
    return CliRunner().invoke(eval_group, [*map(str, arguments)], obj=openers)


@pytest.fixture(scope="module")
def good(tmp_path_factory, gold, assistant_of):
    """A run of the whole assistant and the baseline made of it."""
    folder = tmp_path_factory.mktemp("runs")
    ran = peelback_eval("run", gold, "-o", folder / "good", assistant=assistant_of())
    assert ran.exit_code == 0, ran.stderr
    renewed = peelback_eval("baseline", folder / "good", "-o", folder / "baseline.json")
    assert renewed.exit_code == 0, renewed.stderr
    return folder


def gated(folder, gold, name, assistant, *options):
    peelback_eval("run", gold, "-o", folder / name, assistant=assistant)
    return peelback_eval("gate", folder / name, "--baseline", folder / "baseline.json", *options)


def test_the_same_assistant_passes(good, gold, assistant_of):
    result = gated(good, gold, "again", assistant_of())
    assert result.exit_code == 0
    assert "# Evaluation: again passes" in result.stdout


BROKEN = {
    "fusion": lambda make: make(wrap=UpsideDown),
    "reader": lambda make: make(reader=BlindReader()),
    "ids": lambda make: Shuffled(make()),
}


@pytest.mark.parametrize("part", BROKEN)
def test_a_broken_part_is_exit_code_1_and_its_lost_questions_are_named(
    good, gold, assistant_of, part
):
    broken = BROKEN[part](assistant_of)
    result = gated(good, gold, f"broken-{part}", broken, "--junit", good / f"{part}.xml")
    verdict = peelback_eval(
        "gate", good / f"broken-{part}", "--baseline", good / "baseline.json", "--json"
    )
    lost = [one["question"] for one in json.loads(verdict.stdout)["lost"]]
    before = read_baseline(good / "baseline.json").questions

    assert (result.exit_code, verdict.exit_code) == (1, 1)
    assert lost
    assert all(before[label] is None for label in lost)
    assert all(f"| {label} " in result.stdout for label in lost)
    assert 'name="lost questions"><failure' in (good / f"{part}.xml").read_text(encoding="utf-8")


def test_a_loss_that_was_accepted_passes_and_was_shown(good, gold, assistant_of, tmp_path):
    copy = tmp_path / "baseline.json"
    copy.write_bytes((good / "baseline.json").read_bytes())
    peelback_eval(
        "run", gold, "-o", tmp_path / "blind", assistant=assistant_of(reader=BlindReader())
    )
    renewed = peelback_eval("baseline", tmp_path / "blind", "-o", copy)

    assert renewed.exit_code == 0
    assert ": right → answerable, but not_in_reports" in renewed.stdout
    assert "  score of right: " in renewed.stdout
    assert peelback_eval("gate", tmp_path / "blind", "--baseline", copy).exit_code == 0


def test_a_floor_holds_whatever_the_baseline_says(good, tmp_path):
    floored = tmp_path / "baseline.json"
    peelback_eval("baseline", good / "good", "-o", floored, "--floor", "right[fact]=1")
    result = peelback_eval("gate", good / "good", "--baseline", floored, "--json")
    check = next(
        c for c in json.loads(result.stdout)["checks"] if c["name"] == "floor of right[fact]"
    )

    assert check["detail"].endswith("must be at least 1.0000")
    assert result.exit_code == (0 if check["passed"] else 1)
    # A renewed baseline keeps its floors.
    peelback_eval("baseline", good / "good", "-o", floored)
    assert read_baseline(floored).floors["right[fact]"] == 1


def test_a_floor_of_what_is_not_measured_is_exit_code_3(good, tmp_path):
    floored = tmp_path / "baseline.json"
    peelback_eval("baseline", good / "good", "-o", floored, "--floor", "elegance=1")
    result = peelback_eval("gate", good / "good", "--baseline", floored)
    assert result.exit_code == 3
    assert "floor of 'elegance', which the run does not measure" in result.stderr


@pytest.mark.parametrize("floor", ["right", "right=much", "right=2", "right=nan"])
def test_a_floor_that_is_no_share_is_wrong_usage(good, tmp_path, floor):
    result = peelback_eval("baseline", good / "good", "-o", tmp_path / "b.json", "--floor", floor)
    assert result.exit_code == 2
    assert "is not MEASURE=VALUE with a value from 0 to 1" in result.stderr


def test_a_run_of_other_gold_is_exit_code_3(good, gold, assistant_of, tmp_path):
    other = tmp_path / "samples.jsonl"
    other.write_text("".join(gold.read_text(encoding="utf-8").splitlines(keepends=True)[1:]))
    peelback_eval("run", other, "-o", tmp_path / "other", assistant=assistant_of())
    result = peelback_eval("gate", tmp_path / "other", "--baseline", good / "baseline.json")
    assert result.exit_code == 3
    assert "other is of another gold than the baseline" in result.stderr


def test_a_run_in_which_every_question_failed_is_exit_code_4(good, gold, assistant_of, tmp_path):
    class Failing(Shuffled):
        def answer(self, question):
            raise ZeroDivisionError

    ran = peelback_eval("run", gold, "-o", tmp_path / "none", assistant=Failing(assistant_of()))
    result = peelback_eval("gate", tmp_path / "none", "--baseline", good / "baseline.json")
    assert (ran.exit_code, result.exit_code) == (4, 4)
    assert "no question of none was answered" in result.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is no baseline"),
        ('{"format": 99}', "is of format 99, not 1"),
        ("{}", "is no baseline"),
    ],
)
def test_a_file_that_is_no_baseline_says_so(tmp_path, text, message):
    path = tmp_path / "baseline.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableRun, match=message):
        read_baseline(path)
