"""What users say of answers: kept beside the library, for ``peelback eval import-feedback``."""

from __future__ import annotations

from fastapi import APIRouter

from api.feedback_file import FeedbackFile, FeedbackUnwritable
from api.http.access import allowed
from api.http.dependencies import OnWorkers, Serving
from api.http.models import KeptBody, problems
from api.http.request_models import FeedbackRequest
from api.http.serving_settings import ServingSettings
from api.keys import KeyScope
from rag.feedback import Feedback
from rag.personal_data import refuse_personal_data

feedback_routes = APIRouter(tags=["questions"])


@feedback_routes.post(
    "/v1/feedback",
    status_code=201,
    dependencies=[allowed(KeyScope.ASK)],
    responses=problems(400, 401, 403, 413, 422, 429, 500, 503),
)
async def feedback(body: FeedbackRequest, serving: Serving, work: OnWorkers) -> KeptBody:
    """Keep what a user says of an answer; once this is answered, it is on disk."""
    for words in (body.question, *body.history, body.comment or ""):
        refuse_personal_data(words)
    said = Feedback.model_validate(body.model_dump())
    await work.run(lambda: _file_of(serving).append(said))
    return KeptBody(status="kept")


def _file_of(serving: ServingSettings) -> FeedbackFile:
    if serving.feedback is None:
        raise FeedbackUnwritable("the server was given no file for feedback")
    return FeedbackFile(serving.feedback, most_bytes=serving.max_feedback_bytes)
