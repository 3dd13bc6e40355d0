"""The participant's page, its cards one by one, and what can be done on them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Final, TypeAlias

import msgspec
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from analytics import scores
from coaching.acts.act import Act, Outcome
from coaching.acts.challenges import JoinChallenge, LeaveChallenge, StartChallenge
from coaching.acts.circle import SendCheer
from coaching.acts.coaches import RateCoach, SkipRating
from coaching.acts.giving import ChooseCause, GiveTogether
from coaching.acts.prompts import AnswerPrompt, Decline, Reply, ShowPrompt, Snooze, UndoAnswer
from coaching.engine import Feature
from people import registry
from people.authorize import Action, Topic
from web import today
from web.guard import Needs, Visit
from web.heart import heart
from web.parts import Parts, parts_of

router = APIRouter()

Sees = Annotated[Visit, Depends(Needs(Action.SEE, Topic.ACTIVITY))]
Answers = Annotated[Visit, Depends(Needs(Action.ANSWER, Topic.PROMPTS))]
SetsGiving = Annotated[Visit, Depends(Needs(Action.SET, Topic.GIVING))]
SetsMessages = Annotated[Visit, Depends(Needs(Action.SET, Topic.MESSAGES))]
SetsCircle = Annotated[Visit, Depends(Needs(Action.SET, Topic.CIRCLE))]

Gather: TypeAlias = Callable[[Connection, Parts, Visit], dict[str, Any]]


@router.get("/")
def page(request: Request, visit: Sees) -> Response:
    """Show all cards."""
    parts = parts_of(request)
    with parts.store.reading() as db:
        said = _everywhere(db, visit)
        for _, gather in CARDS.values():
            said |= gather(db, parts, visit)
    said["live"] = f"/live/{visit.subject}"
    return parts.pages.show("today.html", said)


@router.post("/prompts/{message_id}/answer")
async def answer(
    request: Request, visit: Answers, message_id: int, answer: Annotated[str, Form()]
) -> Response:
    """Answer a message with one of its options."""
    act = AnswerPrompt(participant=visit.subject, message_id=message_id, answer=answer)
    return await do(request, visit, act, "prompt")


@router.post("/prompts/{message_id}/reply")
async def reply(
    request: Request, visit: Answers, message_id: int, text: Annotated[str, Form()]
) -> Response:
    """Answer a message in one's own words."""
    act = Reply(participant=visit.subject, message_id=message_id, text=text)
    return await do(request, visit, act, "prompt")


@router.post("/prompts/{message_id}/undo")
async def undo(request: Request, visit: Answers, message_id: int) -> Response:
    """Take the answer back."""
    act = UndoAnswer(participant=visit.subject, message_id=message_id)
    return await do(request, visit, act, "prompt")


@router.post("/prompts/{message_id}/snooze")
async def snooze(
    request: Request, visit: Answers, message_id: int, minutes: Annotated[int, Form()]
) -> Response:
    """Put a message away for a while."""
    act = Snooze(participant=visit.subject, message_id=message_id, minutes=minutes)
    return await do(request, visit, act, "prompt")


@router.post("/prompts/{message_id}/decline")
async def decline(
    request: Request, visit: Answers, message_id: int, kind_too: Annotated[bool, Form()]
) -> Response:
    """Put a message away, and more like it for a while."""
    act = Decline(participant=visit.subject, message_id=message_id, kind_too=kind_too)
    return await do(request, visit, act, "prompt")


@router.post("/prompts/{message_id}/shown", status_code=204)
async def shown(request: Request, visit: Answers, message_id: int) -> None:
    """Note that a message was on the screen."""
    act = ShowPrompt(participant=visit.subject, message_id=message_id)
    await parts_of(request).act(visit.actor, act)


@router.post("/giving/cause")
async def choose_cause(
    request: Request, visit: SetsGiving, cause: Annotated[str, Form()]
) -> Response:
    """Choose whom the points help."""
    act = ChooseCause(participant=visit.subject, cause=cause)
    return await do(request, visit, act, "giving")


@router.post("/giving/together")
async def give_together(
    request: Request, visit: SetsGiving, team: Annotated[str, Form()] = ""
) -> Response:
    """Put points into a team's pot, or give by oneself again."""
    act = GiveTogether(participant=visit.subject, team=team or None)
    return await do(request, visit, act, "giving")


@router.post("/rate")
async def rate(
    request: Request,
    visit: SetsMessages,
    coach: Annotated[str, Form(max_length=64)],
    stars: Annotated[int, Form()] = 0,
) -> Response:
    """Rate a coach, or skip it."""
    act: Act = (
        RateCoach(participant=visit.subject, coach=coach, stars=stars)
        if stars
        else SkipRating(participant=visit.subject, coach=coach)
    )
    return await do(request, visit, act, "rate")


@router.post("/circle/cheer")
async def cheer(request: Request, visit: SetsCircle, to: Annotated[str, Form()]) -> Response:
    """Cheer a friend."""
    return await do(request, visit, SendCheer(participant=visit.subject, to=to), "circle")


@router.post("/challenges/start")
async def start_challenge(
    request: Request,
    visit: SetsCircle,
    offer: Annotated[str, Form()],
    first_day: Annotated[date, Form()],
    friend: Annotated[str, Form()] = "",
) -> Response:
    """Start one of the study's challenges."""
    act = StartChallenge(
        participant=visit.subject, offer=offer, first_day=first_day, to=friend or None
    )
    return await do(request, visit, act, "challenges")


@router.post("/challenges/join")
async def join_challenge(
    request: Request, visit: SetsCircle, challenge: Annotated[str, Form()]
) -> Response:
    """Opt into a challenge."""
    act = JoinChallenge(participant=visit.subject, challenge=challenge)
    return await do(request, visit, act, "challenges")


@router.post("/challenges/leave")
async def leave_challenge(
    request: Request, visit: SetsCircle, challenge: Annotated[str, Form()]
) -> Response:
    """Opt out of it."""
    act = LeaveChallenge(participant=visit.subject, challenge=challenge)
    return await do(request, visit, act, "challenges")


async def do(request: Request, visit: Visit, act: Act, card: str) -> Response:
    """Let an act take effect, and answer with the card as it is then."""
    parts = parts_of(request)
    outcome = await parts.act(visit.actor, await _keyed(request, act))
    if "hx-request" not in request.headers:  # a form sent without script
        return RedirectResponse("/", 303)
    later = replace(visit, now_us=parts.now_us())
    return await run_in_threadpool(_show_card, parts, later, card, outcome)


async def _keyed(request: Request, act: Act) -> Act:
    """Return the act with the key of the form that it came by."""
    once = (await request.form()).get("once")
    return msgspec.structs.replace(act, once=once[:64]) if isinstance(once, str) else act


def _show_card(parts: Parts, visit: Visit, card: str, outcome: Outcome | None) -> Response:
    _, gather = CARDS[card]
    with parts.store.reading() as db:
        said = _everywhere(db, visit) | gather(db, parts, visit)
    return parts.pages.show(f"_{card}.html", said | {"outcome": outcome})


def _everywhere(db: Connection, visit: Visit) -> dict[str, Any]:
    return {
        "name": registry.name_of(db, visit.subject),
        "lang": registry.profile(db, visit.subject).language,
        "zone": registry.zone_at(db, visit.subject, visit.now_us),
        "now_us": visit.now_us,
        "outcome": None,
    }


def _hero(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    return {
        "participant": visit.subject,
        "hero": today.hero(db, parts.engine, visit.subject, visit.now_us),
        "heart": heart(parts.recent, visit.subject, visit.now_us),
        "for_whom": _for_whom(db, parts, visit),
    }


def _for_whom(db: Connection, parts: Parts, visit: Visit) -> str | None:
    """Return to whom today's goal gives, on a day on which it is told."""
    on = parts.engine.features(db, visit.subject, visit.now_us)
    cause = parts.engine.giving(db, visit.subject).cause
    if Feature.CHARITY not in on or cause is None:
        return None
    return parts.engine.causes().get(cause)


def _prompt(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    messages, senders = today.messages(db, parts.engine, visit.subject, visit.now_us)
    return {"messages": messages, "senders": senders}


def _rate(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    coaches = parts.engine.to_rate(db, visit.subject, visit.now_us)
    return {"to_rate": registry.names_of(db, coaches)}


def _giving(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    giving = parts.engine.giving(db, visit.subject)
    teams = registry.teams_of(db, visit.subject)
    return {"giving": giving, "causes": parts.engine.causes(), "teams": teams}


def _circle(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    who = visit.subject
    asking = registry.names_of(db, registry.asked_by(db, who))
    return {
        "nudge": Feature.CHEER in parts.engine.features(db, who, visit.now_us),
        "circle": today.circle(db, parts.engine, visit),
        "asking": asking,
        "friend_ids": registry.friends_of(db, who),
        "blocked": registry.names_of(db, registry.blocked_by(db, who)),
        "muted": registry.muted_by(db, who),
        "teams": registry.teams_of(db, who),
        "invitations": parts.engine.invitations(db, who),
    }


def _challenges(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    found = parts.engine.challenges(db, visit.subject, visit.now_us)
    known = registry.circle_of(db, visit.subject)
    lines = [line for each in found.playing for line in each.board.lines]
    people = {line.side for line in lines} & {visit.subject, *known}
    return {
        "challenges": found,
        "today": registry.local_day(db, visit.subject, visit.now_us),
        "friends": registry.names_of(db, known),
        "sides": registry.names_of(db, people),
    }


def _feed(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    entries = parts.engine.feed(db, visit.subject, visit.now_us)
    people = {entry.author for entry in entries}
    people |= {who for entry in entries for who in entry.liked_by}
    people |= {each.author for entry in entries for each in entry.comments}
    return {"feed": entries, "me": visit.subject, "names": registry.names_of(db, people)}


def _week(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    return {
        "days": today.days(db, parts.engine, visit.subject, visit.now_us),
        "streak": parts.engine.streak(db, visit.subject, visit.now_us),
    }


def _night(db: Connection, _parts: Parts, visit: Visit) -> dict[str, Any]:
    day = registry.local_day(db, visit.subject, visit.now_us)
    return {"night": scores.night(db, visit.subject, day)}


#: What the page is made of; each card is shown on its own when it changes.
CARDS: Final[dict[str, tuple[Topic, Gather]]] = {
    "hero": (Topic.ACTIVITY, _hero),
    "prompt": (Topic.PROMPTS, _prompt),
    "rate": (Topic.MESSAGES, _rate),
    "giving": (Topic.GIVING, _giving),
    "circle": (Topic.CIRCLE, _circle),
    "challenges": (Topic.CIRCLE, _challenges),
    "feed": (Topic.CIRCLE, _feed),
    "week": (Topic.ACTIVITY, _week),
    "night": (Topic.HEART_RATE, _night),
}


def _add_route(card: str, topic: Topic) -> None:
    needs = Depends(Needs(Action.SEE, topic))

    def show(request: Request, visit: Annotated[Visit, needs]) -> Response:
        return _show_card(parts_of(request), visit, card, None)

    router.add_api_route(f"/cards/{card}", show, name=card)


for _card, (_topic, _) in CARDS.items():
    _add_route(_card, _topic)
