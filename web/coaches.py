"""Coaches as people find and rate them, and as a coach sees their own standing."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from coaching.acts.act import Act, Outcome
from coaching.acts.coaches import AnswerRating, DescribeCoach, RateCoach
from coaching.acts.desk import HandOver, TakeBack
from people import registry
from people.authorize import Action, Role, Topic
from web import staff, wording
from web.guard import Needs, NeedsRole, Visit
from web.parts import Parts, parts_of

router = APIRouter()

Sees = Annotated[Visit, Depends(Needs(Action.SEE, Topic.MESSAGES, role=Role.PARTICIPANT))]
Rates = Annotated[Visit, Depends(Needs(Action.SET, Topic.MESSAGES, role=Role.PARTICIPANT))]
IsCoach = Annotated[Visit, Depends(NeedsRole(Role.COACH))]
Words = Annotated[str, Form(max_length=500)]


@router.get("/directory")
def directory(request: Request, visit: Sees) -> Response:
    """Show every verified coach, whoever speaks one's language and has room first."""
    return _directory(parts_of(request), visit, None)


@router.post("/directory/rate")
async def rate(
    request: Request,
    visit: Rates,
    coach: Annotated[str, Form(max_length=64)],
    stars: Annotated[int, Form()],
    comment: Words = "",
) -> Response:
    """Rate a coach one had to do with."""
    parts = parts_of(request)
    act = RateCoach(participant=visit.subject, coach=coach, stars=stars, comment=comment)
    outcome = await parts.act(visit.actor, act)
    return await run_in_threadpool(_directory, parts, visit, outcome)


@router.get("/coaching")
def reputation(request: Request, visit: IsCoach) -> Response:
    """Show a coach how they are found and rated."""
    return _reputation(parts_of(request), visit, None)


@router.post("/coaching/answer")
async def answer(
    request: Request, visit: IsCoach, rating: Annotated[int, Form()], text: Words
) -> Response:
    """Answer a rating."""
    act = AnswerRating(participant=visit.actor.person, rating=rating, text=text)
    return await _do(request, visit, act)


@router.post("/coaching/hand-over")
async def hand_over(
    request: Request,
    visit: IsCoach,
    colleague: Annotated[str, Form(max_length=64)],
    first_day: Annotated[date, Form()],
    last_day: Annotated[date, Form()],
) -> Response:
    """Let a colleague look after one's panel for some days."""
    me = visit.actor.person
    act = HandOver(participant=me, colleague=colleague, first_day=first_day, last_day=last_day)
    return await _do(request, visit, act)


@router.post("/coaching/take-back")
async def take_back(
    request: Request, visit: IsCoach, colleague: Annotated[str, Form(max_length=64)]
) -> Response:
    """End that at once."""
    act = TakeBack(participant=visit.actor.person, colleague=colleague)
    return await _do(request, visit, act)


@router.post("/coaching/describe")
async def describe(
    request: Request,
    visit: IsCoach,
    languages: Words,
    topics: Words,
    most_people: Annotated[int, Form()],
) -> Response:
    """Say how one is found."""
    act = DescribeCoach(
        participant=visit.actor.person,
        languages=tuple(languages.split()),
        topics=tuple(topics.split()),
        most_people=most_people,
    )
    return await _do(request, visit, act)


async def _do(request: Request, visit: Visit, act: Act) -> Response:
    parts = parts_of(request)
    outcome = await parts.act(visit.actor, act)
    if outcome.ok:
        return RedirectResponse("/coaching", 303)
    return await run_in_threadpool(_reputation, parts, visit, outcome)


def _directory(parts: Parts, visit: Visit, outcome: Outcome | None) -> Response:
    with parts.store.reading() as db:
        language = registry.profile(db, visit.subject).language
        listed = parts.engine.coaches(db, _today(visit))
        said = {
            "lang": language,
            "coaches": parts.engine.matching(listed, language),
            "mine": registry.coaches_of(db, visit.subject),
            "names": registry.names_of(db, [each.coach for each in listed]),
        }
    return parts.pages.show("coaches.html", said | _everywhere(visit, outcome))


def _reputation(parts: Parts, visit: Visit, outcome: Outcome | None) -> Response:
    me = visit.actor.person
    with parts.store.reading() as db:
        verified = parts.engine.coaches(db, _today(visit))
        listed = [each for each in verified if each.coach == me]
        stand_ins = registry.stand_ins_of(db, me, visit.now_us)
        colleagues = {each.coach for each in (*verified, *stand_ins)} - {me}
        said = staff.everywhere(db, visit) | {
            "stand_ins": stand_ins,
            "colleagues": [each.coach for each in verified if each.coach != me],
            "names": registry.names_of(db, colleagues),
            "today": _today(visit),
            "me": listed[0] if listed else None,
            "reputation": parts.engine.reputation(db, me),
        }
    return parts.pages.show("reputation.html", said | {"outcome": outcome})


def _everywhere(visit: Visit, outcome: Outcome | None) -> dict[str, Any]:
    return {"now_us": visit.now_us, "outcome": outcome}


def _today(visit: Visit) -> date:
    return wording.local("UTC", visit.now_us).date()
