"""Why there is no prose, drawn once. Each message is fit to be shown as ``degraded``.

* NoProse                  the answer is given in the reports' own words
  + EndpointFault          the endpoint, or the way to it, is at fault
    - EndpointUnreachable   no connection, or it broke before the first word
    - EndpointRefused       it answered with an error status
    - EndpointTooSlow       it kept one of the time-outs waiting
    - ReplyBroken           it broke off, or said what is no chat completion
    - ReplyTooLong          it said more than it was asked for
  + EndpointResting        it failed several times; it is left alone for a while
  + AllowanceSpent         who asked has used up the day's tokens
  + Declined               the model would not answer
  + NothingProven          nothing that it said is proven by the quotes
  + LeftUnasked            prose has nothing to add, or cannot be asked for
"""

from __future__ import annotations

from index.errors import PeelbackError


class NoProse(PeelbackError):
    """There is no prose; the message says why, in a whole sentence."""


class EndpointFault(NoProse):
    """The endpoint did not do its part. Several in a row rest it."""


class EndpointUnreachable(EndpointFault):
    """No connection came about, or it was lost before the first word."""


class EndpointRefused(EndpointFault):
    """The endpoint answered with an error: a wrong key, a full queue, a fault of its own."""

    def __init__(self, status: int) -> None:
        super().__init__(f"The language model's server refused: status {status}.")
        self.status = status


class EndpointTooSlow(EndpointFault):
    """A time-out passed: for the first word, between words, or for the whole reply."""


class ReplyBroken(EndpointFault):
    """The reply ended before it was finished, or is not of the shape of chat completions."""


class ReplyTooLong(EndpointFault):
    """The reply was longer than it was asked to be."""


class EndpointResting(NoProse):
    """The endpoint failed several times in a row, and is not asked for a while."""


class AllowanceSpent(NoProse):
    """The tokens that this account may use in a day are used up."""


class Declined(NoProse):
    """The model, or a filter before it, would not answer."""


class NothingProven(NoProse):
    """No sentence of the reply is proven by the quotes it cites, or a side was left out."""


class LeftUnasked(NoProse):
    """The model was not asked: there is nothing for it to write."""
