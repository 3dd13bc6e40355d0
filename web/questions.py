"""Questionnaires: one page with what waits, and nothing that must be answered."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from coaching.acts.act import Act, Outcome
from coaching.acts.prompts import AnswerQuestions, SkipQuestions
from people import registry
from people.authorize import Action, Topic
from web.guard import Needs, Visit
from web.parts import Parts, parts_of

router = APIRouter()

Sees = Annotated[Visit, Depends(Needs(Action.SEE, Topic.PROMPTS))]
Answers = Annotated[Visit, Depends(Needs(Action.ANSWER, Topic.PROMPTS))]


@router.get("/questions")
def page(request: Request, visit: Sees) -> Response:
    """Show what may be answered."""
    return _show(parts_of(request), visit, None)


@router.post("/questions/{asked_id}")
async def answer(request: Request, visit: Answers, asked_id: int) -> Response:
    """Keep what was answered."""
    form = await request.form()
    given = {item: value for item, value in form.items() if isinstance(value, str) and value}
    act = AnswerQuestions(participant=visit.subject, asked_id=asked_id, answers=given)
    return await _do(request, visit, act)


@router.post("/questions/{asked_id}/skip")
async def skip(request: Request, visit: Answers, asked_id: int) -> Response:
    """Answer none of it."""
    act = SkipQuestions(participant=visit.subject, asked_id=asked_id)
    return await _do(request, visit, act)


async def _do(request: Request, visit: Visit, act: Act) -> Response:
    parts = parts_of(request)
    outcome = await parts.act(visit.actor, act)
    if "hx-request" not in request.headers:  # a form sent without script
        return RedirectResponse("/questions", 303)
    return await run_in_threadpool(_show, parts, visit, outcome)


def _show(parts: Parts, visit: Visit, outcome: Outcome | None) -> Response:
    with parts.store.reading() as db:
        said: dict[str, Any] = {
            "lang": registry.profile(db, visit.subject).language,
            "waiting": parts.engine.questions(db, visit.subject, visit.now_us),
            "live": f"/live/{visit.subject}",
            "now_us": visit.now_us,
            "outcome": outcome,
        }
    name = "questions.html" if outcome is None else "_questions.html"
    return parts.pages.show(name, said)
