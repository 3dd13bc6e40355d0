"""Friends, teams and invitations, and what is said in a circle."""

import hashlib
import secrets
from typing import Annotated, Any

import segno
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from coaching.acts.circle import (
    AcceptInvite,
    Befriend,
    Block,
    EndFriendship,
    Invite,
    LeaveTeam,
    Like,
    Mute,
    Report,
    SayComment,
    StartTeam,
)
from people.authorize import Action, Topic
from web.cards import do
from web.guard import Needs, Visit
from web.parts import parts_of
from web.reader import asked_for

router = APIRouter()

Sets = Annotated[Visit, Depends(Needs(Action.SET, Topic.CIRCLE))]
Whom = Annotated[str, Form(max_length=64)]
Number = Annotated[int, Form()]

_WITH_ONE = {"befriend": Befriend, "part": EndFriendship}
_TURNED = {"mute": Mute, "block": Block}


@router.post("/circle/friends/{deed}")
async def friend(request: Request, visit: Sets, deed: str, to: Whom) -> Response:
    """Ask for a friendship, say yes to one, or end it."""
    act = _WITH_ONE.get(deed, EndFriendship)(participant=visit.subject, to=to)
    return await do(request, visit, act, "circle")


@router.post("/circle/quiet/{deed}")
async def quiet(
    request: Request, visit: Sets, deed: str, to: Whom, on: Annotated[bool, Form()] = True
) -> Response:
    """Mute or block someone, or no longer."""
    act = _TURNED.get(deed, Mute)(participant=visit.subject, to=to, on=on)
    return await do(request, visit, act, "circle")


@router.post("/circle/teams")
async def start_team(
    request: Request, visit: Sets, name: Annotated[str, Form(max_length=64)]
) -> Response:
    """Begin a team or a family."""
    return await do(request, visit, StartTeam(participant=visit.subject, name=name), "circle")


@router.post("/circle/teams/leave")
async def leave_team(request: Request, visit: Sets, team: Whom) -> Response:
    """Leave a team."""
    return await do(request, visit, LeaveTeam(participant=visit.subject, team=team), "circle")


@router.post("/feed/like")
async def like(request: Request, visit: Sets, entry: Number) -> Response:
    """Like something."""
    return await do(request, visit, Like(participant=visit.subject, entry=entry), "feed")


@router.post("/feed/comment")
async def comment(
    request: Request, visit: Sets, entry: Number, text: Annotated[str, Form(max_length=1000)]
) -> Response:
    """Say something."""
    act = SayComment(participant=visit.subject, entry=entry, text=text)
    return await do(request, visit, act, "feed")


@router.post("/feed/report")
async def report(request: Request, visit: Sets, comment: Number) -> Response:
    """Report what was said."""
    return await do(request, visit, Report(participant=visit.subject, comment=comment), "feed")


@router.post("/circle/invite")
async def invite(request: Request, visit: Sets, team: Annotated[str, Form()] = "") -> Response:
    """Make an invitation: a link and its picture, with nobody's name and no number in it."""
    parts, secret = parts_of(request), secrets.token_urlsafe(18)
    act = Invite(participant=visit.subject, hash=_hash(secret), team=team or None)
    outcome = await parts.act(visit.actor, act)
    address = f"{request.base_url}join/{secret}"
    picture: Any = segno.make(address, micro=False)
    said = {
        "lang": visit.reads,
        "outcome": outcome,
        "address": address,
        "picture": picture.svg_inline(scale=4, border=2, omitsize=True),
    }
    return parts.pages.show("invite.html", said)


@router.get("/join/{secret}")
def landing(request: Request, secret: str) -> Response:
    """Tell whoever opens an invitation what it is; nobody is named."""
    parts = parts_of(request)
    now_us = parts.now_us()
    with parts.store.reading() as db:
        good = parts.engine.is_good_invite(db, _hash(secret), now_us)
    said = {"lang": asked_for(request), "secret": secret, "good": good}
    return parts.pages.show("join.html", said, 200 if good else 404)


@router.post("/circle/accept")
async def accept(
    request: Request, visit: Sets, secret: Annotated[str, Form(max_length=64)]
) -> Response:
    """Join by an invitation."""
    act = AcceptInvite(participant=visit.subject, hash=_hash(secret))
    await parts_of(request).act(visit.actor, act)
    return RedirectResponse("/", 303)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
