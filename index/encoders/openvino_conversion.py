"""From a sentence-transformers model to an OpenVINO graph, checked against the original.

The pytorch frontend is called directly: ``openvino.convert_model`` does the
same and reports its use over the network unless told not to.
"""

from __future__ import annotations

import inspect
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import openvino
import torch
from openvino.frontend import FrontEndManager
from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

from index.embedding import EmbeddingInput
from index.encoders.compiled_encoders import CompiledEncoder, EncoderFacts
from index.encoders.openvino_embedder import OpenVINOEmbedder, Precision
from index.encoders.sentence_transformers_embedder import SentenceTransformersEmbedder
from index.passages.sentences import sentence_spans

MIN_COSINE = 0.999
"""Between the two runtimes' vectors of the probes; bf16 measures 0.9999, fp32 0.999999."""

PROBES = (
    "Who supervises investigations?",
    "Good",
    "The unit reviews each case weekly. It did so in 41 of 45 cases.1 Staff say: “It helps.”",
    "• Improve supervision.\n\n• Record why a case was closed (see No. 5).",
    "Neighbourhood teams know their communities well, and they act on what they hear. " * 8,
)
"""Short and long, so that they are padded in one batch; a list, quotation marks, numbers."""

_MODEL_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class NotConvertible(Exception):
    """OpenVINO does not give this model's vectors. The message says why."""


def convert(reference: SentenceTransformersEmbedder, *, precision: Precision) -> CompiledEncoder:
    """Return the encoder as OpenVINO runs it.

    Raises:
        NotConvertible: it is not a plain encoder with mean pooling, OpenVINO
            cannot convert it, or its vectors differ from the reference's.
    """
    _require_plain_mean_pooling(reference.model)
    graph, weights = _serialised(_graph_of(reference.model))
    tokenizer = reference.model.tokenizer
    encoder = CompiledEncoder(
        facts=EncoderFacts(
            reference.identity, reference.dim, reference.max_tokens, int(tokenizer.pad_token_id)
        ),
        tokenizer=tokenizer.backend_tokenizer.to_str().encode(),
        graph=graph,
        weights=weights,
    )
    _require_agreement(reference, OpenVINOEmbedder(encoder, precision=precision))
    return encoder


class _MeanPooled(torch.nn.Module):  # type: ignore[misc]  # torch's types are not read
    """Token states and their mean: what the graph gives."""

    def __init__(self, transformer: torch.nn.Module, names: tuple[str, ...]) -> None:
        super().__init__()
        self.transformer = transformer
        self.names = names

    def forward(self, *values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        inputs = dict(zip(self.names, values, strict=True))
        states = self.transformer(**inputs).last_hidden_state
        mask = inputs["attention_mask"].unsqueeze(-1).to(states.dtype)
        return states, (states * mask).sum(1) / mask.sum(1)


def _require_plain_mean_pooling(model: Any) -> None:  # noqa: ANN401 - the library has no types
    modules = [type(module).__name__ for module in model]
    if modules not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        raise NotConvertible(f"it is made of {', '.join(modules)}")
    if model[1].pooling_mode != "mean":
        raise NotConvertible(f"its pooling is {model[1].pooling_mode!r}, not 'mean'")
    if any((model.prompts or {}).values()):
        raise NotConvertible("it puts a prompt before its inputs")
    if model.tokenizer.padding_side != "right":
        raise NotConvertible("it pads on the left")


def _graph_of(model: Any) -> openvino.Model:  # noqa: ANN401 - the library has no types
    transformer = model[0].auto_model
    taken = inspect.signature(transformer.forward).parameters
    offered = model.tokenizer.model_input_names
    names = tuple(name for name in _MODEL_INPUTS if name in taken and name in offered)
    ids = torch.ones((2, 16), dtype=torch.int64)
    mask = ids.clone()
    mask[1, 9:] = 0  # an example without padding would trace a model that ignores the mask
    example = {"input_ids": ids, "attention_mask": mask, "token_type_ids": torch.zeros_like(ids)}
    wrapped = _MeanPooled(transformer, names).eval()
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # tracing warns of every Python branch it takes
            decoder = TorchScriptPythonDecoder(
                wrapped, example_input=tuple(example[name] for name in names)
            )
            frontend = FrontEndManager().load_by_framework("pytorch")
            graph = frontend.convert(frontend.load(decoder))
    except (RuntimeError, ValueError, TypeError) as error:
        raise NotConvertible(f"OpenVINO cannot convert it: {error}") from error
    for port, name in zip(graph.inputs, names, strict=True):
        port.get_tensor().set_names({name})
    return graph


def _serialised(graph: openvino.Model) -> tuple[bytes, np.ndarray[Any, np.dtype[np.uint8]]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "encoder.xml"
        openvino.save_model(graph, path, compress_to_fp16=False)
        return path.read_bytes(), np.fromfile(path.with_suffix(".bin"), np.uint8)


def _require_agreement(reference: SentenceTransformersEmbedder, compiled: OpenVINOEmbedder) -> None:
    probes = [text for text in PROBES if reference.count_tokens(text) <= reference.max_tokens]
    inputs = [EmbeddingInput(text, sentence_spans(text)) for text in probes]
    cosines = [float(reference.embed_query(t) @ compiled.embed_query(t)) for t in probes]
    for one, other in zip(
        reference.embed_passages(inputs), compiled.embed_passages(inputs), strict=True
    ):
        cosines.append(float(one.passage @ other.passage))
        cosines.extend((one.sentences * other.sentences).sum(axis=1).tolist())
    if not min(cosines) >= MIN_COSINE:  # so written, a NaN fails too
        raise NotConvertible(f"its vectors differ from torch's: cosine {min(cosines):.4f}")
