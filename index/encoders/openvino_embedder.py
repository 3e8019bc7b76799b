"""The encoder run by OpenVINO: same vectors as torch, without torch.

The model is converted once and kept; after that embedding needs OpenVINO and
``tokenizers`` only, and a cold start takes half a second instead of five.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from index.embedding import Embedder, EmbeddingInput, Embeddings, PassageVectors
from index.encoders.compiled_encoders import (
    CompiledEncoder,
    DamagedEncoder,
    read_encoder,
    write_encoder,
)
from index.encoders.late_chunking import passage_vectors, require_within, unit
from index.encoders.models import ModelFiles
from index.encoders.openvino_runtime import openvino

logger = logging.getLogger(__name__)

STATES, POOLED = 0, 1
"""The outputs of the graph: a row a token, and their mean."""

_BATCH = 8
"""Inputs a forward pass, longest first. Mixed lengths pad least in small batches, and 8 rows keep
the arithmetic dense; 16 and 32 measured no faster (benchmarks/encoder.py)."""

_BLOCK = 128
"""Inputs whose token states are held at once: 35 MB at 180 tokens of 384 dimensions."""

Inputs = dict[str, NDArray[np.int64]]


class Precision(StrEnum):
    """In what numbers the encoder calculates; OpenVINO's names."""

    FP32 = "f32"
    BF16 = "bf16"


def precision_for(cpu_flags: Iterable[str]) -> Precision:
    """Return bf16 where the processor multiplies it in hardware, else fp32.

    With AMX or AVX512-BF16, bf16 is 3 to 4 times as fast at cosine 0.99998 to
    fp32; without, it is emulated and slower.
    """
    return Precision.BF16 if {"amx_bf16", "avx512_bf16"} & set(cpu_flags) else Precision.FP32


def cpu_flags(cpuinfo: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """Return the processor's features as Linux lists them; none where it is not Linux."""
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return frozenset()
    flags = next((line for line in lines if line.startswith("flags")), "")
    return frozenset(flags.partition(":")[2].split())


class OpenVINOEmbedder:
    """An ``Embedder`` over a compiled encoder. Safe to use from several threads."""

    def __init__(self, encoder: CompiledEncoder, *, precision: Precision = Precision.FP32) -> None:
        self._encoder = encoder  # keeps the mapped weights alive: the graph refers to them
        self._precision = precision
        self._tokenizer = Tokenizer.from_buffer(encoder.tokenizer)
        # all-MiniLM-L6-v2's tokenizer.json cuts and pads to 128 tokens by itself.
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        core = openvino.Core()
        weights = openvino.Tensor(encoder.weights, shared_memory=True)
        self._model = core.read_model(model=encoder.graph, weights=weights)
        self._core = core
        self._one_query, self._one_batch_run = Lock(), Lock()

    @property
    def identity(self) -> str:
        return self._encoder.facts.identity

    @property
    def dim(self) -> int:
        return self._encoder.facts.dim

    @property
    def max_tokens(self) -> int:
        return self._encoder.facts.max_tokens

    @property
    def runtime(self) -> str:
        return f"OpenVINO {openvino_version()}, {self._precision.name.lower()}"

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(text).ids)

    def embed_query(self, text: str) -> Embeddings:
        encoding = self._tokenizer.encode(text)
        require_within([len(encoding.ids)], max_tokens=self.max_tokens)
        with self._one_query:
            outputs = self._query_request.infer(self._batch([encoding]))
        return unit(outputs[POOLED][0])

    def embed_passages(self, inputs: Sequence[EmbeddingInput]) -> list[PassageVectors]:
        encodings = [self._tokenizer.encode(shown.text) for shown in inputs]
        require_within([len(e.ids) for e in encodings], max_tokens=self.max_tokens)
        # Ties by position, so that the same inputs always share the same batches.
        order = sorted(range(len(inputs)), key=lambda i: (-len(encodings[i].ids), i))
        vectors: dict[int, PassageVectors] = {}
        with self._one_batch_run:
            for at in range(0, len(order), _BLOCK):
                block = order[at : at + _BLOCK]
                outputs = self._run_batches([encodings[i] for i in block])
                for i, (pooled, states) in zip(block, outputs, strict=True):
                    offsets, sentences = encodings[i].offsets, inputs[i].sentences
                    vectors[i] = passage_vectors(pooled, states, offsets, sentences)
        return [vectors[i] for i in range(len(inputs))]

    def _run_batches(self, encodings: Sequence[Encoding]) -> list[tuple[Embeddings, Embeddings]]:
        """Return the mean and the token states of each, batches running side by side."""
        results: dict[int, tuple[Embeddings, Embeddings]] = {}

        def keep(request: Any, first: int) -> None:  # noqa: ANN401 - OpenVINO has no types
            # Copies: the next batch overwrites the request's buffers.
            states = request.get_output_tensor(STATES).data
            pooled = request.get_output_tensor(POOLED).data
            for row, encoding in enumerate(encodings[first : first + _BATCH]):
                real = states[row, : len(encoding.ids)]
                results[first + row] = pooled[row].copy(), real.copy()

        self._queue.set_callback(keep)
        try:
            for first in range(0, len(encodings), _BATCH):
                self._queue.start_async(self._batch(encodings[first : first + _BATCH]), first)
        finally:
            # Ctrl-C must not leave batches running: they call back into what is gone by then.
            self._queue.wait_all()
        return [results[number] for number in range(len(encodings))]

    def _batch(self, encodings: Sequence[Encoding]) -> Inputs:
        shape = len(encodings), max(len(encoding.ids) for encoding in encodings)
        inputs: Inputs = {
            "input_ids": np.full(shape, self._encoder.facts.pad_id, np.int64),
            "attention_mask": np.zeros(shape, np.int64),
            "token_type_ids": np.zeros(shape, np.int64),
        }
        for row, encoding in enumerate(encodings):
            inputs["input_ids"][row, : len(encoding.ids)] = encoding.ids
            inputs["attention_mask"][row, : len(encoding.ids)] = 1
        return {name: inputs[name] for name in self._input_names}

    @cached_property
    def _input_names(self) -> list[str]:
        return [port.get_any_name() for port in self._model.inputs]

    @cached_property
    def _query_request(self) -> Any:  # noqa: ANN401 - OpenVINO has no types
        return self._compiled("LATENCY").create_infer_request()

    @cached_property
    def _queue(self) -> Any:  # noqa: ANN401 - OpenVINO has no types
        return openvino.AsyncInferQueue(self._compiled("THROUGHPUT"))

    def _compiled(self, hint: str) -> Any:  # noqa: ANN401 - OpenVINO has no types
        options = {"PERFORMANCE_HINT": hint, "INFERENCE_PRECISION_HINT": str(self._precision)}
        return self._core.compile_model(self._model, "CPU", options)


def openvino_version() -> str:
    """Return the release without its build: "2026.4.1"."""
    return str(openvino.get_version()).partition("-")[0]


def compiled_path(files: ModelFiles, cache: Path, *, precision: Precision) -> Path:
    """Return where the model is kept once converted: all that it depends on is in the name."""
    release = openvino_version()
    return cache / f"{files.weights_sha256}-openvino-{release}-{precision}.encoder"


def open_compiled(files: ModelFiles, *, cache: Path) -> Embedder:
    """Return the model run by OpenVINO from the cache, converted first if need be.

    A model that OpenVINO does not run with the same vectors is run by torch,
    and a warning says so.

    Raises:
        ModelFileMismatch: the weights are not the ones expected.
        EncoderError: the model cannot be loaded.
    """
    precision = precision_for(cpu_flags())
    path = compiled_path(files, cache, precision=precision)
    try:
        return OpenVINOEmbedder(read_encoder(path), precision=precision)
    except FileNotFoundError:
        logger.info("no compiled encoder yet", extra={"path": str(path)})
    except (DamagedEncoder, OSError) as damage:
        logger.warning("%s; it is made again", damage)
    return _convert_and_keep(files, path, precision=precision)


def _convert_and_keep(files: ModelFiles, path: Path, *, precision: Precision) -> Embedder:
    files.verify()
    # Torch and transformers, needed this once.
    from index.encoders.openvino_conversion import NotConvertible, convert
    from index.encoders.sentence_transformers_embedder import SentenceTransformersEmbedder

    reference = SentenceTransformersEmbedder(files)
    try:
        encoder = convert(reference, precision=precision)
    except NotConvertible as reason:
        logger.warning("%s is run by torch, several times slower: %s", files.name, reason)
        return reference
    try:
        write_encoder(path, encoder)
    except OSError as error:
        logger.warning("the compiled encoder cannot be kept in %s: %s", path.parent, error)
    return OpenVINOEmbedder(encoder, precision=precision)
