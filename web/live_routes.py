"""The live streams: one person's, or a coach's whole panel."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from people.authorize import Action, Role
from web.guard import Needs, NeedsRole, Visit
from web.parts import parts_of
from web.sight import Scope
from web.stream import stream

router = APIRouter()

KnowsOne = Annotated[Visit, Depends(Needs(Action.KNOW))]
IsCoach = Annotated[Visit, Depends(NeedsRole(Role.COACH))]


@router.get("/live/{participant}")
async def of_one(
    request: Request, visit: KnowsOne, since_ms: int | None = None
) -> StreamingResponse:
    """Stream what changes of one participant."""
    return _stream(request, visit, visit.subject, since_ms)


@router.get("/live")
async def of_panel(
    request: Request, visit: IsCoach, since_ms: int | None = None
) -> StreamingResponse:
    """Stream what changes of everyone a coach coaches."""
    return _stream(request, visit, None, since_ms)


def _stream(
    request: Request, visit: Visit, subject: str | None, since_ms: int | None
) -> StreamingResponse:
    parts = parts_of(request)
    since_us = visit.now_us if since_ms is None else since_ms * 1000
    scope = Scope(visit.actor, subject)
    events = stream(parts.fan_out, parts.watch, visit.session_id, scope, since_us)
    headers = {"x-accel-buffering": "no"}  # what a proxy holds back is not live
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)
