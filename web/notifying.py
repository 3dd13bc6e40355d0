"""Where participants are notified: this browser, what they wear, and what has come."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from coaching.acts.choices import Reach, Received, StopReaching
from people.authorize import Action, Topic
from web.guard import Needs, Visit
from web.me import do
from web.parts import parts_of

router = APIRouter()

Sets = Annotated[Visit, Depends(Needs(Action.SET, Topic.PROMPTS))]
Answers = Annotated[Visit, Depends(Needs(Action.ANSWER, Topic.PROMPTS))]


@router.post("/me/push")
async def push(request: Request, visit: Sets, subscription: Annotated[str, Form()]) -> Response:
    """Be notified on this browser."""
    act = Reach(participant=visit.subject, channel="web_push", address=subscription)
    return await do(request, visit, act)


@router.post("/me/buzz")
async def buzz(request: Request, visit: Sets) -> Response:
    """Be notified by what one wears."""
    return await do(request, visit, Reach(participant=visit.subject, channel="wearable"))


@router.post("/me/reach/{address_id}/stop")
async def stop(request: Request, visit: Sets, address_id: str) -> Response:
    """Be notified there no longer."""
    return await do(
        request, visit, StopReaching(participant=visit.subject, address_id=address_id)
    )


@router.post("/push/{key}/received", status_code=204)
async def received(request: Request, visit: Answers, key: str) -> None:
    """Note that a notification came to one of their browsers."""
    await parts_of(request).act(visit.actor, Received(participant=visit.subject, key=key))
