"""Errors as RFC 9457 problems: one map from our exceptions, and nothing of their text.

An exception's message is made for the person who runs the process and may name
a file; whoever asks over HTTP gets the problem's own words instead.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import Response

from api.feedback_file import FeedbackFull, FeedbackUnwritable
from api.http.request_ids import REQUEST_ID
from api.http.request_models import MOST_REPORTS
from api.keys.errors import (
    AccessRefused,
    ForeignSite,
    InvalidKeyRequest,
    KeyExpired,
    KeyMissing,
    KeyMistyped,
    KeyRevoked,
    KeysUnusable,
    KeyUnknown,
    RateLimited,
    ScopeMissing,
    SecretKeyInBrowser,
    UnknownKeyId,
)
from index.errors import (
    EncoderError,
    EncoderMismatch,
    LibraryCorrupt,
    LibraryError,
    LibraryLocked,
    LibraryMissing,
    ModelFileMismatch,
    NoText,
    PeelbackError,
    UnknownPassage,
    UnknownReport,
    UnreadableReport,
    UnsupportedFormat,
)
from index.store.records import DamagedReport
from rag.events import Cancelled
from rag.limits import MAX_QUESTION_CHARACTERS, QuestionTooLong
from rag.personal_data import PersonalData
from rag.settings import SettingsError
from rag.verification import UnprovenSentence

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:peelback:problem:"


class Busy(PeelbackError):
    """Every worker is taken and the queue is full. Asking again in a moment helps."""


class Draining(PeelbackError):
    """The server is about to stop, and takes in nothing new."""


class WarmingUp(PeelbackError):
    """The server has started, and has not answered its first question yet."""


class TooSlow(PeelbackError):
    """The time of a request was up before it was answered."""


class ClientGone(PeelbackError):
    """The client closed the connection before it had its answer."""


class UnknownModel(PeelbackError):
    """A chat was asked of a model that is none of ours."""


class TooManyReports(PeelbackError):
    """Actions of more reports were asked for than one response holds."""


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """What a problem of this kind always says. ``slug`` is stable; clients may branch on it."""

    status: int
    slug: str
    title: str
    detail: str
    retry_after_s: int | None = None


INTERNAL = ProblemKind(
    500, "internal", "Something broke", "The server failed to do this; its log says why."
)
INVALID_REQUEST = ProblemKind(
    422, "invalid-request", "The request is not valid", "See `errors` for what is wrong with it."
)
TOO_LARGE = ProblemKind(
    413, "too-large", "The request is too large", "Its body is larger than this server takes."
)
CLIENT_CLOSED_REQUEST = 499
"""What nginx logs for a client that went away: it is never sent to anybody."""
WRONG_HOST = ProblemKind(
    421,
    "wrong-host",
    "This server does not go by that name",
    "Without keys it answers to localhost, 127.0.0.1 and [::1] alone.",
)

PROBLEMS: Mapping[type[PeelbackError], ProblemKind] = {
    PeelbackError: INTERNAL,
    Busy: ProblemKind(
        503, "busy", "Too many questions at once", "Ask again in a few seconds.", retry_after_s=5
    ),
    Draining: ProblemKind(
        503, "draining", "The server is stopping", "Ask again in a few seconds.", retry_after_s=5
    ),
    WarmingUp: ProblemKind(
        503, "warming-up", "The server is starting", "Ask again in a few seconds.", retry_after_s=5
    ),
    TooSlow: ProblemKind(
        503,
        "too-slow",
        "The answer took too long",
        "The server is busy, or the question asks for much: ask again, or for less.",
        retry_after_s=5,
    ),
    ClientGone: ProblemKind(
        CLIENT_CLOSED_REQUEST, "client-gone", "The client has gone", "Nobody waits for this."
    ),
    Cancelled: ProblemKind(
        503,
        "cut-short",
        "The request was cut short",
        "The server stopped working on it; ask again.",
        retry_after_s=5,
    ),
    FeedbackFull: ProblemKind(
        503,
        "feedback-full",
        "No more feedback can be kept",
        "The server's operator has to make room first.",
    ),
    FeedbackUnwritable: ProblemKind(
        503,
        "feedback-unwritable",
        "Feedback cannot be kept",
        "This server keeps none, or cannot write it; its log says which.",
    ),
    TooManyReports: ProblemKind(
        422,
        "too-many-reports",
        "Too many reports at once",
        f"One response holds the actions of {MOST_REPORTS} reports: name those you want.",
    ),
    UnknownModel: ProblemKind(
        404, "unknown-model", "No such model", "There are `peelback` and `peelback-llm`."
    ),
    UnknownReport: ProblemKind(
        404, "unknown-report", "No such report", "No report of that id is in this library."
    ),
    UnknownPassage: ProblemKind(
        404, "unknown-passage", "No such passage", "No passage of that id is in this library."
    ),
    UnreadableReport: ProblemKind(
        422, "unreadable-report", "The report cannot be read", "The file is damaged or encrypted."
    ),
    UnsupportedFormat: ProblemKind(
        422, "unsupported-format", "The format is not supported", "No reader takes such a file."
    ),
    NoText: ProblemKind(
        422, "no-text", "The report has no text", "The file is empty, or a scan without text."
    ),
    QuestionTooLong: ProblemKind(
        422,
        "question-too-long",
        "The question is too long",
        f"A question may have {MAX_QUESTION_CHARACTERS} characters; ask it in fewer words.",
    ),
    PersonalData: ProblemKind(
        422,
        "personal-data",
        "The question holds personal data",
        "It seems to hold an e-mail address, a telephone, National Insurance, NHS or card number: "
        "ask it without. Nothing of it was kept.",
    ),
    LibraryError: ProblemKind(
        503, "library-unusable", "The library cannot be used", "The server's log says why."
    ),
    LibraryMissing: ProblemKind(
        503, "library-missing", "There is no library", "The server's library is not there."
    ),
    LibraryLocked: ProblemKind(
        503,
        "library-locked",
        "The library is being written to",
        "Ask again in a few seconds.",
        retry_after_s=5,
    ),
    DamagedReport: ProblemKind(
        503, "damaged-report", "A report is damaged", "It has to be added again by the operator."
    ),
    UnprovenSentence: ProblemKind(
        500,
        "unproven-sentence",
        "The answer could not be proven",
        "A sentence of it is not in the reports, so the answer is not given.",
    ),
    LibraryCorrupt: ProblemKind(
        503, "library-corrupt", "The library is damaged", "It has to be verified by its operator."
    ),
    EncoderMismatch: ProblemKind(
        503,
        "encoder-mismatch",
        "The library was made with another encoder",
        "It has to be built again by its operator.",
    ),
    EncoderError: ProblemKind(
        503, "encoder-unusable", "The encoder cannot be used", "The server's log says why."
    ),
    ModelFileMismatch: ProblemKind(
        503,
        "model-file-mismatch",
        "A file of the encoder is not the published one",
        "The encoder has to be installed again by the server's operator.",
    ),
    AccessRefused: ProblemKind(
        403, "forbidden", "This is not allowed", "The key that was sent does not allow this."
    ),
    KeyMissing: ProblemKind(
        401, "key-missing", "A key is needed", "Send one as `Authorization: Bearer sk_...`."
    ),
    KeyMistyped: ProblemKind(
        401,
        "key-mistyped",
        "The key is mistyped",
        "Its length or its checksum is wrong: copy it again, whole.",
    ),
    KeyUnknown: ProblemKind(
        401,
        "key-unknown",
        "The key is unknown",
        "It is well-formed, but it is not a key of this server.",
    ),
    KeyExpired: ProblemKind(
        401, "key-expired", "The key has expired", "Its time is over; ask for another one."
    ),
    KeyRevoked: ProblemKind(
        401, "key-revoked", "The key was revoked", "It was taken back; ask for another one."
    ),
    ScopeMissing: ProblemKind(
        403, "scope-missing", "The key is not for this", "The key is good, but lacks the scope."
    ),
    SecretKeyInBrowser: ProblemKind(
        403,
        "secret-key-in-browser",
        "A secret key must not be in a web page",
        "Whoever opens the page can read it: revoke it, and use a publishable key (pk_...).",
    ),
    ForeignSite: ProblemKind(
        403,
        "foreign-site",
        "Another site's page asks",
        "A browser may ask from this server's own pages and from its widget's frame.",
    ),
    RateLimited: ProblemKind(
        429, "rate-limited", "Too many requests", "Wait as long as Retry-After says, then go on."
    ),
    KeysUnusable: ProblemKind(
        503, "keys-unusable", "Keys cannot be checked", "The server's log says why."
    ),
    InvalidKeyRequest: ProblemKind(
        422, "invalid-key-request", "There can be no such key", "A key is made another way."
    ),
    UnknownKeyId: ProblemKind(404, "unknown-key-id", "No such key", "No key has that id."),
    SettingsError: ProblemKind(
        500, "settings", "The server's settings are wrong", "The server's log says which."
    ),
}


def kind_of(error: PeelbackError) -> ProblemKind:
    """Return the problem of the error's own class, else of its nearest parent."""
    return next(PROBLEMS[parent] for parent in type(error).__mro__ if parent in PROBLEMS)


def kind_of_status(status: int) -> ProblemKind:
    """Return the problem for a status that the web framework itself came to (404, 405)."""
    if status == TOO_LARGE.status:
        return TOO_LARGE
    phrase = HTTPStatus(status).phrase
    return ProblemKind(status, phrase.lower().replace(" ", "-"), phrase, f"{phrase}.")


def problem_json(
    kind: ProblemKind, *, errors: Sequence[Mapping[str, str]] = ()
) -> dict[str, object]:
    """Return the problem as plain JSON values; ``errors`` lists what is wrong with a request."""
    body: dict[str, object] = {
        "type": TYPE_PREFIX + kind.slug,
        "title": kind.title,
        "status": kind.status,
        "detail": kind.detail,
    }
    request_id = REQUEST_ID.get()
    if request_id is not None:
        body["request_id"] = request_id
    if errors:
        body["errors"] = list(errors)
    return body


def problem_response(
    kind: ProblemKind,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the problem as a response."""
    body = problem_json(kind, errors=errors)
    sent = dict(headers or {})
    if kind.retry_after_s is not None:
        sent["Retry-After"] = str(kind.retry_after_s)
    if kind.status == HTTPStatus.UNAUTHORIZED:
        sent["WWW-Authenticate"] = "Bearer"
    # ASCII, because a key of the request that is named here may hold a lone surrogate.
    return Response(json.dumps(body), status_code=kind.status, media_type=MEDIA_TYPE, headers=sent)
