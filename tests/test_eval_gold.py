import json

import pytest

from eval.errors import GoldError
from eval.gold import Evidence, read_gold, read_golds

LINE = {
    "id": "q1",
    "question": "How long is the wait?",
    "history": [],
    "type": "fact",
    "answerable": True,
    "evidence": [{"report": "north-2031", "quote": "The wait is nine weeks."}],
    "must_contain": ["weeks", ["nine", "9"]],
    "scope": {"area": "Northmarch", "year": 2031},
}


def write(path, *lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_a_line_becomes_a_question_of_its_file(tmp_path):
    gold = read_gold(write(tmp_path / "north.jsonl", LINE))

    (question,) = gold.questions
    assert (gold.name, question.gold, question.id) == ("north", "north", "q1")
    assert question.evidence == (Evidence("north-2031", "The wait is nine weeks."),)
    assert question.must_contain == (("weeks",), ("nine", "9"))
    assert question.why is None


def test_unknown_keys_and_blank_lines_are_passed_over(tmp_path):
    path = write(tmp_path / "g.jsonl", LINE | {"note": "checked", "difficulty": 3, "why": "x"})
    path.write_text("\n" + path.read_text(encoding="utf-8") + "\n\n", encoding="utf-8")

    (question,) = read_gold(path).questions
    assert question.why == "x"


def test_what_may_be_left_out_is_empty(tmp_path):
    short = {key: LINE[key] for key in ("id", "question", "type", "answerable")}

    (question,) = read_gold(write(tmp_path / "g.jsonl", short)).questions
    assert (question.history, question.evidence, question.must_contain) == ((), (), ())
    assert not question.names_body


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"answerable": "yes"}, r"g\.jsonl:2: answerable: Input should be a valid boolean"),
        ({"question": " "}, r"g\.jsonl:2: question: String should match"),
        ({"evidence": [{"report": "r"}]}, r"g\.jsonl:2: evidence\.0\.quote: Field required"),
        ({"must_contain": [[]]}, r"g\.jsonl:2: must_contain\.0: Tuple should have at least 1"),
        ({"must_contain": [7]}, r"g\.jsonl:2: must_contain\.0: Input should be a valid array"),
        ({"id": "q1"}, r"g\.jsonl:2: id: 'q1' is used by an earlier line"),
    ],
)
def test_a_bad_line_is_named_with_its_file_and_field(tmp_path, change, fault):
    path = write(tmp_path / "g.jsonl", LINE, LINE | {"id": "q2"} | change)

    with pytest.raises(GoldError, match=fault):
        read_gold(path)


def test_a_line_that_is_not_json_is_named(tmp_path):
    path = tmp_path / "g.jsonl"
    path.write_bytes(b'{"id": "q1"\n')

    with pytest.raises(GoldError, match=r"g\.jsonl:1: line: Invalid JSON"):
        read_gold(path)


def test_every_bad_line_of_every_file_is_named_at_once(tmp_path):
    first = write(tmp_path / "a.jsonl", LINE | {"type": 4}, LINE | {"id": ""})
    second = write(tmp_path / "b.jsonl", LINE | {"history": "before"})

    with pytest.raises(GoldError) as caught:
        read_golds([first, second])
    assert [fault.rsplit("/", 1)[1].split(": ")[:2] for fault in caught.value.faults] == [
        ["a.jsonl:1", "type"],
        ["a.jsonl:2", "id"],
        ["b.jsonl:1", "history"],
    ]


def test_two_gold_files_of_one_name_are_refused(tmp_path):
    (tmp_path / "other").mkdir()
    first = write(tmp_path / "g.jsonl", LINE)
    second = write(tmp_path / "other" / "g.jsonl", LINE)

    with pytest.raises(GoldError, match=r"another gold file is called 'g'; rename one"):
        read_golds([first, second])


def test_a_missing_gold_file_is_named(tmp_path):
    with pytest.raises(GoldError, match=r"absent\.jsonl: No such file"):
        read_golds([tmp_path / "absent.jsonl"])


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        ({"area": "Northmarch", "year": 2031}, True),
        ({"areas": ["Northmarch", "Eastholm"]}, True),
        ({"area": None, "year": 2031}, False),
        ({"areas": []}, False),
        ({}, False),
    ],
)
def test_the_scope_says_whether_a_body_is_named(tmp_path, scope, names):
    (question,) = read_gold(write(tmp_path / "g.jsonl", LINE | {"scope": scope})).questions
    assert question.names_body is names
