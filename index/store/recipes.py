"""Which encoder and chunking a library's passages come from: one recipe, never two."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from index.embedding import Embedder, PassageVectors
from index.errors import EncoderMismatch, LibraryError
from index.store.meta import Meta, read_meta, write_meta

CHUNKING = 2
"""Goes up when ``split_passages`` or ``embedding_input`` makes something else of a report."""


def recipe_of(embedder: Embedder, passage_tokens: int) -> str:
    """Return what makes vectors and passages of two runs comparable: encoder and chunking."""
    return f"{embedder.identity}; passages of {passage_tokens} tokens (chunking {CHUNKING})"


def check_recipe(connection: sqlite3.Connection, recipe: str, *, path: Path) -> Meta:
    """Return the library's state, ready for passages of ``recipe``.

    A library without reports takes any.

    Raises:
        EncoderMismatch: it holds reports made with another recipe.
    """
    meta = read_meta(connection)
    if not connection.execute("SELECT EXISTS (SELECT 1 FROM reports)").fetchone()[0]:
        return replace(meta, recipe=recipe, dim=None)
    if meta.recipe != recipe:
        raise EncoderMismatch(
            f"{path} was built with {meta.recipe!r}, the settings ask for {recipe!r};"
            " set them as they were, or add the reports to a new library (--library PATH)"
        )
    return meta


def take_recipe(
    connection: sqlite3.Connection,
    recipe: str | None,
    *,
    path: Path,
    vectors: Sequence[PassageVectors],
) -> None:
    """Write down recipe and dimension of what is about to be added.

    Raises:
        LibraryError: the recipe is not known.
        EncoderMismatch: the library holds reports of another recipe or dimension.
    """
    if recipe is None:
        raise LibraryError(
            f"{path} was opened without saying which encoder and chunking its"
            " passages come from; open it with a recipe to add to it"
        )
    meta = check_recipe(connection, recipe, path=path)
    dim = len(vectors[0].passage) if vectors else meta.dim
    if meta.dim is not None and meta.dim != dim:
        raise EncoderMismatch(f"{path} holds vectors of {meta.dim} dimensions, these have {dim}")
    write_meta(connection, replace(meta, dim=dim))
