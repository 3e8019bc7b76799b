"""Under which conditions a run was made: what must be the same for it to be the same run."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rag.settings import Settings

CODE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Conditions:
    """The effective settings, the library's recipe (model and chunking), the code's revision.

    ``recipe`` carries the sha256 of the model's weights; it and ``revision`` are
    ``None`` where they are not known.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    recipe: str | None = None
    revision: str | None = None


def effective(settings: Settings) -> dict[str, Any]:
    """Return the settings as plain values, without the library's path: its digest says more."""
    return {name: value for name, value in asdict(settings).items() if name != "library"}


def code_revision(folder: Path = CODE) -> str | None:
    """Return the git revision of the code, ``-dirty`` where it is changed; ``None`` outside git."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"],  # noqa: S607
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
