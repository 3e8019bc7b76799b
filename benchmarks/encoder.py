"""How fast both encoders are on passages of reports, on this machine."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console

from benchmarks.spread import spread
from eval.tables import Table, markdown
from index.embedding import Embedder, EmbeddingInput
from index.encoders.models import default_model, open_embedder
from index.errors import NoText
from index.ingest.sources import Source, find_sources
from index.passages import embedding_input, split_passages
from index.readers import read_document
from index.structure import parse_report

SAMPLES = Path(__file__).parents[1] / "api" / "samples"

QUERIES = (
    "what did inspectors say about supervision?",
    "how many detective posts are vacant",
    "AFIs for investigating crime",
    "is the force good at protecting vulnerable people?",
)

_COLD_START = """
import sys
from index.encoders.models import default_model, open_embedder
if sys.argv[1] == "openvino":
    embedder = open_embedder()
else:
    from index.encoders.sentence_transformers_embedder import SentenceTransformersEmbedder
    embedder = SentenceTransformersEmbedder(default_model())
embedder.embed_query("what did inspectors say about supervision?")
"""


@dataclass(frozen=True, slots=True)
class Speeds:
    """Of one encoder; one figure a repeat."""

    runtime: str
    passages_per_s: list[float]
    query_ms: list[float]
    cold_start_s: list[float]


def main(argv: Sequence[str] | None = None) -> int:
    """Print a table of medians: 0 done, 2 no report there."""
    arguments = _arguments().parse_args(argv)
    try:
        table = measure_encoders(
            arguments.reports or [SAMPLES], passages=arguments.passages, repeats=arguments.repeats
        )
    except NoText as error:
        Console(stderr=True).print(str(error), markup=False)
        return 2
    sys.stdout.write(f"{markdown(table)}\n")
    return 0


def measure_encoders(paths: Sequence[Path], *, passages: int, repeats: int) -> Table:
    """Return the speeds of both encoders; they take turns, so that both meet the same machine.

    Raises:
        NoText: there is no report with text.
    """
    openvino = open_embedder()
    inputs = passages_of(paths, openvino)[:passages]
    if not inputs:
        raise NoText(", ".join(map(str, paths)), "no report with text there")
    encoders = [openvino, _reference()]
    speeds = [Speeds(runtime, [], [], []) for runtime in ("openvino", "sentence-transformers")]
    for _ in range(repeats):
        for encoder, speed in zip(encoders, speeds, strict=True):
            _measure(encoder, inputs, speed)
    tokens = statistics.mean(openvino.count_tokens(shown.text) for shown in inputs)
    return _table(speeds, inputs, tokens)


def passages_of(paths: Sequence[Path], embedder: Embedder) -> list[EmbeddingInput]:
    """Return what the encoder is shown for each passage of the reports that can be read."""
    inputs: list[EmbeddingInput] = []
    for source in find_sources(paths):
        if not isinstance(source, Source):
            continue
        document = read_document(source.name, source.read())
        report = parse_report(document, report_id=Path(source.name).stem)
        passages = split_passages(
            report, fits=lambda text: embedder.count_tokens(text) <= embedder.max_tokens
        )
        inputs.extend(embedding_input(report, passage) for passage in passages)
    return inputs


def _measure(encoder: Embedder, inputs: Sequence[EmbeddingInput], speeds: Speeds) -> None:
    encoder.embed_query(QUERIES[0])
    encoder.embed_passages(inputs[:8])
    seconds = _seconds(partial(encoder.embed_passages, inputs))
    speeds.passages_per_s.append(len(inputs) / seconds)
    each = [1000 * _seconds(partial(encoder.embed_query, query)) for query in QUERIES * 10]
    speeds.query_ms.append(statistics.median(each))
    command = [sys.executable, "-c", _COLD_START, speeds.runtime]
    speeds.cold_start_s.append(_seconds(partial(subprocess.run, command, check=True)))


def _seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def _reference() -> Embedder:
    from index.encoders.sentence_transformers_embedder import SentenceTransformersEmbedder

    return SentenceTransformersEmbedder(default_model())


def _table(speeds: Sequence[Speeds], inputs: Sequence[EmbeddingInput], tokens: float) -> Table:
    title = (
        f"Encoders on {len(inputs)} passages of {tokens:.0f} word pieces on average: "
        "median (quartiles)"
    )
    rows = [
        (
            speed.runtime,
            spread(speed.passages_per_s, digits=1),
            spread(speed.query_ms, digits=1),
            spread(speed.cold_start_s, digits=1),
        )
        for speed in speeds
    ]
    return Table(title, ("encoder", "passages/s", "query ms", "cold start s"), tuple(rows))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "reports", nargs="*", type=Path, help="files and folders of reports (default: the samples)"
    )
    parser.add_argument("--passages", type=int, default=120, help="at most so many (default: 120)")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each (default: 3)")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
