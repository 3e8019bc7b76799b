"""What the client and the connection say, in our own words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import openai
from openai.types.chat import ChatCompletionChunk

from rag.language_model.errors import (
    Declined,
    EndpointFault,
    EndpointRefused,
    NoProse,
    ReplyBroken,
)

BROKEN = "The language model's server broke off."
MISSHAPEN = "The language model's server did not answer in the shape of chat completions."


@contextmanager
def translated(lost: EndpointFault) -> Iterator[None]:
    """Turn what the client raises into faults: ``lost`` where the connection is lost or slow."""
    try:
        yield
    except openai.APIStatusError as error:
        raise EndpointRefused(error.status_code) from error
    except (openai.APIConnectionError, httpx2.HTTPError, httpx2.StreamError) as error:
        raise _ours(error) or lost from error
    except (openai.OpenAIError, ValueError, TypeError, LookupError, AttributeError) as error:
        # The client takes what it hears for well shaped, and trips over what is not.
        raise ReplyBroken(MISSHAPEN) from error
    except RecursionError as error:
        raise ReplyBroken(MISSHAPEN) from error


def _ours(error: BaseException | None) -> NoProse | None:
    """Return the fault of our own transport that the client has wrapped, if it is one."""
    while error is not None:
        if isinstance(error, NoProse):
            return error
        error = error.__cause__
    return None


def heard(chunk: ChatCompletionChunk) -> tuple[str, bool]:
    """Return a chunk's text and whether the reply is whole with it.

    The client checks no shapes, so nothing here is as the types have it.

    Raises:
        Declined: the model or a filter before it refused.
        ReplyBroken: it ended for another reason than that it was finished, or is misshapen.
    """
    try:
        if not chunk.choices and isinstance(chunk.choices, list):
            return "", False  # a count of the tokens, or a filter's remarks
        choice = chunk.choices[0]
        piece, refusal, finish = choice.delta.content, choice.delta.refusal, choice.finish_reason
    except (TypeError, LookupError, AttributeError) as error:
        raise ReplyBroken(MISSHAPEN) from error
    if refusal or finish == "content_filter":
        raise Declined("The language model declined to answer.")
    if finish == "length":
        raise ReplyBroken("The language model's reply was cut off at its length.")
    if finish not in (None, "stop") or not isinstance(piece, str | None):
        raise ReplyBroken(MISSHAPEN)
    return piece or "", finish == "stop"
