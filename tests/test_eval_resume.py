"""A run that was stopped goes on; one under other conditions does not."""

import json

import pytest
from click.testing import CliRunner

from eval.answer_lines import read_answer
from eval.commands import Openers, eval_group
from eval.conditions import code_revision
from rag.answers import Question
from rag.wire import answer_json

ASKED = {
    "q1": "How many officers has Osterfell Police?",
    "q2": "What does the report say about supervision in Wrenmoor?",
    "q3": "Compare supervision in Osterfell and Wrenmoor.",
    "q4": "Will it rain in Paris?",
}


class Stopped(BaseException):
    """Ctrl-C, or the machine going down."""


class Counting:
    """An assistant that counts its questions and stops at one of them."""

    def __init__(self, assistant, *, stop_at=None):
        self._assistant = assistant
        self._stop_at = stop_at
        self.heard = []

    def __getattr__(self, name):
        return getattr(self._assistant, name)

    def answer(self, question):
        if question.text == self._stop_at:
            raise Stopped
        self.heard.append(question.text)
        return self._assistant.answer(question)


@pytest.fixture
def gold(tmp_path):
    lines = [
        {"id": name, "question": text, "type": "fact", "answerable": name != "q4", "effort": "low"}
        for name, text in ASKED.items()
    ]
    path = tmp_path / "asked.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def ask(gold, tmp_path, sample_assistant):
    def invoke(name, *options, stop_at=None, recipe=None):
        assistant = Counting(sample_assistant, stop_at=stop_at)
        openers = Openers(lambda _: assistant, lambda _: assistant.report, lambda _: recipe)
        arguments = ["run", str(gold), "-o", str(tmp_path / name), *options]
        try:
            result = CliRunner().invoke(eval_group, arguments, obj=openers)
        except Stopped:
            return assistant.heard, None
        return assistant.heard, result

    return invoke


def files(folder):
    """Return a run's files but for its timings and the latencies in its summary."""
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.name not in ("timings.jsonl", "summary.md")
    }


def test_a_resumed_run_asks_only_what_is_left_and_ends_the_same(ask, tmp_path):
    ask("whole")
    stopped, _ = ask("torn", stop_at=ASKED["q3"])
    with (tmp_path / "torn" / "answers.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"gold": "asked", "id": "q3", "answ')
    resumed, result = ask("torn", "--resume")

    assert stopped == [ASKED["q1"], ASKED["q2"]]
    assert resumed == [ASKED["q3"], ASKED["q4"]]
    assert "2 answers were there already" in result.stderr
    assert files(tmp_path / "torn") == files(tmp_path / "whole")


def test_a_finished_run_that_is_resumed_asks_nothing(ask):
    ask("whole")
    heard, result = ask("whole", "--resume")
    assert (heard, result.exit_code) == ([], 0)


def test_a_run_is_not_written_over_without_being_asked_to(ask):
    ask("whole")
    heard, result = ask("whole")
    assert (heard, result.exit_code) == ([], 3)
    assert "is there already; choose another name, take it away, or --resume it" in result.stderr


def test_a_run_is_not_resumed_under_other_conditions(ask):
    ask("whole")
    _, changed = ask("whole", "--resume", "--set", "read_passages=3")
    assert changed.exit_code == 3
    assert "was made with another settings; choose another name" in changed.stderr
    _, other_model = ask("whole", "--resume", recipe="another encoder")
    assert "was made with another recipe" in other_model.stderr


def test_a_folder_of_something_else_is_not_resumed(ask, tmp_path):
    (tmp_path / "photos").mkdir()
    _, result = ask("photos", "--resume")
    assert result.exit_code == 3
    assert "holds no settings.json of a run" in result.stderr


def test_a_run_says_under_which_conditions_it_was_made(ask, tmp_path):
    ask("whole", "--set", "read_passages=3", recipe="an encoder; passages of 180 tokens")
    kept = json.loads((tmp_path / "whole" / "settings.json").read_text(encoding="utf-8"))

    assert kept["settings"] == {
        "model": None,
        "passage_tokens": 180,
        "candidates": 60,
        "read_passages": 3,
    }
    assert kept["recipe"] == "an encoder; passages of 180 tokens"
    assert kept["revision"] == code_revision()
    assert kept["gold"][0]["questions"] == 4


def test_scores_are_given_by_any_key_of_the_gold(ask, tmp_path):
    ask("whole")
    scores = json.loads((tmp_path / "whole" / "scores.json").read_text(encoding="utf-8"))
    assert scores["all"]["slices"]["effort"]["low"]["failed"]["questions"] == 4


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        ("read_passages", "'read_passages' is not NAME=VALUE"),
        ("speed=9", "'speed' is no setting; there are model, passage_tokens"),
        ("library=x.db", "'library' is no setting"),
    ],
)
def test_a_setting_that_is_none_is_wrong_usage(ask, pair, message):
    _, result = ask("never", "--set", pair)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.replace("│", " ").split())


def test_a_value_out_of_range_cannot_run(ask):
    _, result = ask("never", "--set", "read_passages=1000")
    assert result.exit_code == 3
    assert "read_passages must be from 1 to 100, got 1000" in result.stderr


@pytest.mark.parametrize("text", ASKED.values())
def test_an_answer_comes_back_from_its_line_as_it_was_written(sample_assistant, text):
    written = json.loads(json.dumps(answer_json(sample_assistant.answer(Question(text)))))
    timings = written.pop("timings_ms")
    read = read_answer(written, timings)

    assert answer_json(read) == {**written, "timings_ms": timings}


def test_the_revision_is_none_where_there_is_no_repository(tmp_path):
    assert code_revision(tmp_path) is None
