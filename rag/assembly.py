"""The one place where parts are chosen and put together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from index.embedding import Embedder
from index.encoders.models import open_embedder as open_encoder
from index.store.library import Library
from index.store.recipes import recipe_of
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.language_model.allowance import Allowance
    from rag.language_model.settings import LanguageModelSettings
    from rag.language_model.writing import Writer
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


def open_assistant(
    settings: Settings,
    *,
    language_model: LanguageModelSettings | None = None,
    allowance: Allowance | None = None,
) -> Assistant:
    """Return an assistant over an existing library, ready to answer.

    With a ``language_model`` it also answers in prose. ``allowance`` decides
    who may still use it today; without one, its settings' tokens for each account.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="encoder") as beside:
        # Making the encoder ready is half of the start, and mostly not Python's work.
        encoder = beside.submit(_warm_embedder, settings)
        # Half a second of imports, which adding reports has no use for.
        from index.bodies import BodyRegistry
        from rag.pipeline import Assistant
        from rag.reading import PlainReader

        library = _open_indexed(settings)
        try:
            embedder = encoder.result()
            library.require_recipe(recipe_of(embedder, settings.passage_tokens))
        except BaseException:
            library.close()
            raise
    return Assistant(
        library=library,
        embedder=embedder,
        reader=PlainReader.load(),
        registry=BodyRegistry.load(),
        settings=settings,
        writer=open_writer(language_model, allowance) if language_model else None,
    )


def _warm_embedder(settings: Settings) -> Embedder:
    """Return the encoder, ready for its first question."""
    embedder = open_embedder(settings)
    embedder.embed_query("supervision")
    return embedder


def _open_indexed(settings: Settings) -> Library:
    """Return the library with both its indexes in memory."""
    library = open_library(settings)
    try:
        library.snapshot().keywords  # noqa: B018 - made when first asked for
    except BaseException:
        library.close()
        raise
    return library


def open_writer(settings: LanguageModelSettings, allowance: Allowance | None = None) -> Writer:
    """Return what writes prose by the model that the settings name. It connects when first used."""
    # Half a second of imports, which only this mode has use for.
    from rag.language_model.allowance import DailyAllowance
    from rag.language_model.breaker import Breaker
    from rag.language_model.endpoint import OpenAIEndpoint
    from rag.language_model.writing import Writer

    return Writer(
        model=OpenAIEndpoint(settings),
        breaker=Breaker(),
        allowance=allowance or DailyAllowance(settings.daily_tokens),
        prompt_tokens=settings.prompt_tokens,
        answer_tokens=settings.answer_tokens,
    )
