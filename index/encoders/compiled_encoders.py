"""The file that a converted encoder is kept in: whole, checked, or not there.

One file holds all that embedding needs (graph, weights, tokenizer, limits), so
that torch and transformers need not even be imported. It is written beside its
place and renamed, and carries its own sha256:

    64 hexadecimal digits, the sha256 of everything after this line
    one line of JSON: what it is, and where its parts lie
    the parts, each at a multiple of 64 bytes
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FORMAT = 1
_DIGITS = 64
_ALIGNMENT = 64
"""Bytes. The weights are used where they lie in the mapped file, by vector instructions."""

Buffer = NDArray[np.uint8]


class DamagedEncoder(Exception):
    """The file is not one of ours, or not as it was written."""


@dataclass(frozen=True, slots=True)
class EncoderFacts:
    """What is known of an encoder beside its graph.

    ``pad_id`` fills a batch's shorter rows; they are masked, but some models
    count positions by it.
    """

    identity: str
    dim: int
    max_tokens: int
    pad_id: int


@dataclass(frozen=True, slots=True)
class CompiledEncoder:
    """A converted encoder. ``weights`` may be a mapped file: the parts share its memory."""

    facts: EncoderFacts
    tokenizer: bytes
    graph: bytes
    weights: Buffer


def write_encoder(path: Path, encoder: CompiledEncoder) -> None:
    """Put the encoder at ``path``: whole, even if power or the process fails on the way."""
    content = _content(encoder)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(content).hexdigest().encode() + b"\n")
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
        _sync_folder(path.parent)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def read_encoder(path: Path) -> CompiledEncoder:
    """Return the encoder at ``path``, mapped into memory and checked against its sha256.

    Raises:
        FileNotFoundError: there is none.
        DamagedEncoder: the file is not as it was written.
    """
    if path.stat().st_size <= _DIGITS + 1:
        raise DamagedEncoder(f"{path} is cut short")
    # Copy on write, because OpenVINO takes writable memory only; nothing writes to it.
    mapped = np.memmap(path, np.uint8, mode="c")
    digest = hashlib.sha256(mapped[_DIGITS + 1 :].data).hexdigest()
    if bytes(mapped[: _DIGITS + 1]) != f"{digest}\n".encode():
        raise DamagedEncoder(f"{path} does not match its sha256")
    return _parsed(mapped)


def _content(encoder: CompiledEncoder) -> bytes:
    parts = [encoder.tokenizer, encoder.graph, encoder.weights.tobytes()]
    header = {"format": FORMAT, "facts": asdict(encoder.facts), "sizes": [len(p) for p in parts]}
    content = bytearray(json.dumps(header).encode() + b"\n")
    for part in parts:
        content += bytes(-(_DIGITS + 1 + len(content)) % _ALIGNMENT)
        content += part
    return bytes(content)


def _parsed(mapped: Buffer) -> CompiledEncoder:
    line = bytes(mapped[_DIGITS + 1 : _DIGITS + 1 + 65536]).split(b"\n", 1)[0]
    header = json.loads(line)
    if header["format"] != FORMAT:
        raise DamagedEncoder(f"an encoder file of format {header['format']!r}, not {FORMAT}")
    parts: list[Buffer] = []
    at = _DIGITS + 1 + len(line) + 1
    for size in header["sizes"]:
        at += -at % _ALIGNMENT
        parts.append(mapped[at : at + size])
        at += size
    tokenizer, graph, weights = parts
    return CompiledEncoder(EncoderFacts(**header["facts"]), bytes(tokenizer), bytes(graph), weights)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
