"""Environments of the systems that Peelback is compared with, one each, under ``build/peers``."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
REQUIREMENTS = Path(__file__).parent / "peers"
ENVIRONMENTS = ROOT / "build" / "peers"


def peer_python(peer: str, *, install: bool, within: Path = ENVIRONMENTS) -> Path | None:
    """Return the Python of a peer's environment; ``None``, and a message, where there is none.

    It is made anew when ``peers/PEER.txt`` has changed, unless ``install`` is false.
    """
    wanted = REQUIREMENTS / f"{peer}.txt"
    folder = within / peer
    python = folder / "bin" / "python"
    made = folder / f".made-{hashlib.sha256(wanted.read_bytes()).hexdigest()[:16]}"
    if made.exists():
        return python
    if not install:
        sys.stderr.write(f"benchmarks: {peer} is left out: no environment; `make bench` makes it\n")
        return None
    sys.stderr.write(f"benchmarks: installing {peer} into {folder.relative_to(ROOT)}\n")
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        [str(python), "-m", "pip", "install", "--quiet", "--requirement", str(wanted)],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0:
            reason = (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1]
            sys.stderr.write(f"benchmarks: {peer} is left out: {reason}\n")
            return None
    made.touch()
    return python
