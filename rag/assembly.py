"""The one place where parts are chosen and put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.embedding import Embedder
from index.encoders.models import open_embedder as open_encoder
from index.store.library import Library
from index.store.recipes import recipe_of
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.pipeline import Assistant


def open_embedder(settings: Settings) -> Embedder:
    """Return the encoder that the settings name."""
    return open_encoder(settings.model)


def open_library(
    settings: Settings, *, embedder: Embedder | None = None, create: bool = False
) -> Library:
    """Return the library that the settings name.

    With an ``embedder`` the library must have been built with it, and with the
    settings' chunking; without one it can be listed and removed from.
    """
    recipe = recipe_of(embedder, settings.passage_tokens) if embedder else None
    return Library.open(settings.library, recipe=recipe, create=create)


def open_assistant(settings: Settings) -> Assistant:
    """Return an assistant over an existing library, ready to answer."""
    # Half a second of imports, which adding reports has no use for.
    from index.bodies import BodyRegistry
    from rag.pipeline import Assistant
    from rag.reading import PlainReader

    embedder = open_embedder(settings)
    return Assistant(
        library=open_library(settings, embedder=embedder),
        embedder=embedder,
        reader=PlainReader.load(),
        registry=BodyRegistry.load(),
        settings=settings,
    )
