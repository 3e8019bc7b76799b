"""A run that may be stopped: every answer is on disk as soon as it is given."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from eval.answer_lines import read_answer
from eval.errors import CannotResume, RunExists
from eval.gold import GoldQuestion
from eval.lines import write_pretty
from rag.answers import Answer
from rag.wire import answer_json

Key = tuple[str, str]
"""The gold file and the id of a question."""


class Journal:
    """The folder of a run while it is being made."""

    def __init__(self, folder: Path, settings: Mapping[str, Any]) -> None:
        self.folder = folder
        self._settings = settings

    def kept(self, *, resume: bool) -> dict[Key, Answer]:
        """Return the answers that an earlier, unfinished run left; none for a new run.

        Raises:
            RunExists: the folder is there, and the run is not to be resumed.
            CannotResume: its settings, library, gold or code are not the same.

        """
        if not self.folder.exists():
            return {}
        if not resume:
            raise RunExists(
                f"{self.folder} is there already; choose another name, take it away, or --resume it"
            )
        self._require_same_settings()
        timings = {_key(line): line["timings_ms"] for line in self._lines("timings.jsonl")}
        return {
            _key(line): read_answer(line["answer"], timings[_key(line)])
            for line in self._lines("answers.jsonl")
            if _key(line) in timings
        }

    def remember(self, question: GoldQuestion, answer: Answer) -> None:
        """Append the answer to the run's files; the first makes the folder."""
        if not self.folder.exists():
            self.folder.mkdir(parents=True)
            write_pretty(self.folder / "settings.json", self._settings)
        kept = answer_json(answer)
        timings = kept.pop("timings_ms")
        key = {"gold": question.gold, "id": question.id}
        # Timings first: an answer counts as kept only when both are there.
        self._append("timings.jsonl", {**key, "timings_ms": timings})
        self._append("answers.jsonl", {**key, "answer": kept})

    def _require_same_settings(self) -> None:
        try:
            found = json.loads((self.folder / "settings.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CannotResume(f"{self.folder} holds no settings.json of a run") from error
        now = json.loads(json.dumps(self._settings))
        if changed := sorted(k for k in found.keys() | now.keys() if found.get(k) != now.get(k)):
            raise CannotResume(
                f"{self.folder} was made with another {', '.join(changed)}; choose another name"
            )

    def _lines(self, name: str) -> Iterator[dict[str, Any]]:
        path = self.folder / name
        for line in path.read_bytes().splitlines() if path.exists() else ():
            # The last line may be half a line: whoever was writing it was stopped.
            with suppress(ValueError):
                yield json.loads(line)

    def _append(self, name: str, line: Mapping[str, Any]) -> None:
        path = self.folder / name
        torn = path.exists() and path.read_bytes()[-1:] not in (b"\n", b"")
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(("\n" if torn else "") + json.dumps(line, ensure_ascii=False) + "\n")


def _key(line: Mapping[str, Any]) -> Key:
    return line["gold"], line["id"]
