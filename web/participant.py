"""The participant's page, its cards one by one, and what can be done on them."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from coaching.acts.challenges import JoinChallenge, LeaveChallenge, StartChallenge
from coaching.acts.circle import SendCheer
from coaching.acts.coaches import RateCoach, SkipRating
from coaching.acts.giving import ChooseCause, GiveTogether
from coaching.acts.prompts import AnswerPrompt, Decline, Reply, ShowPrompt, Snooze, UndoAnswer
from people.authorize import Action, Topic
from web import cards
from web.cards import do
from web.guard import Needs, Visit
from web.parts import parts_of

router = APIRouter()

Sees = Annotated[Visit, Depends(Needs(Action.SEE, Topic.ACTIVITY))]
Answers = Annotated[Visit, Depends(Needs(Action.ANSWER, Topic.PROMPTS))]
SetsGiving = Annotated[Visit, Depends(Needs(Action.SET, Topic.GIVING))]
SetsMessages = Annotated[Visit, Depends(Needs(Action.SET, Topic.MESSAGES))]
SetsCircle = Annotated[Visit, Depends(Needs(Action.SET, Topic.CIRCLE))]


@router.get("/")
def page(request: Request, visit: Sees) -> Response:
    """Show all cards."""
    parts = parts_of(request)
    with parts.store.reading() as db:
        said = cards.everywhere(db, visit)
        for _, gather in cards.CARDS.values():
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
    act = (
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


def _add_route(card: str, topic: Topic) -> None:
    needs = Depends(Needs(Action.SEE, topic))

    def show(request: Request, visit: Annotated[Visit, needs]) -> Response:
        return cards.show(parts_of(request), visit, card, None)

    router.add_api_route(f"/cards/{card}", show, name=card)


for _card, (_topic, _) in cards.CARDS.items():
    _add_route(_card, _topic)
