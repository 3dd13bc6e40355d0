"""Webhooks: who is told of news, and how that goes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from web.accounts import Scope
from web.api import answers, problems
from web.api.answers import Limit
from web.api.bearer import Bears, Call
from web.api.measurements import problem
from web.api.problems import Problem
from web.parts import parts_of
from web.programs import NotDone, Subscribe, Subscribed, Unsubscribe
from web.webhooks import outbox, subscriptions
from web.webhooks.news import NEEDS
from web.webhooks.subscriptions import Kind, Webhook

router = APIRouter(prefix="/webhooks", tags=["webhooks"])

Owns = Annotated[Call, Depends(Bears(Scope.WEBHOOKS))]
Id = Annotated[str, Path(pattern="^wh-[0-9a-f]{16}$")]


class Wish(BaseModel):
    """Where to tell what."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(min_length=8, max_length=500)]
    kinds: Annotated[set[Kind], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Made:
    """A new webhook, and the secret that its news are signed with, shown this once."""

    id: str
    secret: str


@dataclass(frozen=True, slots=True)
class Told:
    """One address, and how it takes what it is told."""

    id: str
    url: str
    kinds: tuple[str, ...]
    made: datetime
    waiting: int
    dead: int  # given up
    why: str | None  # the last try of what waits, or is dead, failed


@dataclass(frozen=True, slots=True)
class Webhooks:
    """All of one's webhooks."""

    items: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing to tell, and how far it came."""

    id: str
    kind: str
    about: str
    state: str  # waiting, sent or dead
    queued: datetime
    tries: int
    sent: datetime | None
    why: str | None


@dataclass(frozen=True, slots=True)
class Deliveries:
    """What an address was told lately, or is to be, the latest first."""

    items: tuple[Delivery, ...]


_CREATED: Final[dict[int | str, dict[str, Any]]] = problems.documented(
    s503="The hub is restarting. Try again in a moment."
)
_GONE: Final[dict[int | str, dict[str, Any]]] = {
    204: {"description": "It is told no longer."}
} | _CREATED


@router.post("", status_code=201, response_model=Made, responses=_CREATED)
async def begin(request: Request, call: Owns, wish: Wish) -> Response:
    """Tell an address of news from now on, for as long as this token is good."""
    for kind in sorted(wish.kinds):
        scope, _ = NEEDS[kind]
        if scope not in call.token.scopes:
            raise Problem(403, f"News of {kind} need {scope.value}.")
    kinds = tuple(sorted(wish.kinds))
    wanted = Subscribe(token=call.token.handle, url=wish.url, kinds=kinds)
    answer = await parts_of(request).serve(call.actor, wanted)
    if isinstance(answer, NotDone):
        raise problem(answer)
    if not isinstance(answer, Subscribed):
        raise TypeError(f"{answer} to a subscription")
    return answers.told(request, Made(answer.webhook, answer.secret), 201)


@router.get("", response_model=Webhooks, responses=problems.documented())
def mine(request: Request, call: Owns) -> Response:
    """List one's webhooks, and how much of what they are told waits or was given up."""
    with parts_of(request).store.reading() as db:
        found = subscriptions.of_person(db, call.actor.person)
        items = tuple(_told(db, each) for each in found if each.actor == call.actor)
    return answers.told(request, Webhooks(items))


@router.get("/{webhook}/deliveries", response_model=Deliveries, responses=problems.documented())
def deliveries(request: Request, call: Owns, webhook: Id, limit: Limit = 100) -> Response:
    """List what an address was told in the last week, or is to be, the latest first."""
    with parts_of(request).store.reading() as db:
        found = subscriptions.find(db, webhook)
        if found is None or found.actor != call.actor:
            raise problems.not_there()
        items = tuple(map(_delivery, outbox.of_webhook(db, webhook, limit)))
    return answers.told(request, Deliveries(items))


@router.delete("/{webhook}", status_code=204, response_class=Response, responses=_GONE)
async def end(request: Request, call: Owns, webhook: Id) -> Response:
    """Tell an address no longer."""
    answer = await parts_of(request).serve(call.actor, Unsubscribe(webhook=webhook))
    if isinstance(answer, NotDone):
        raise problem(answer)
    return Response(status_code=204)


def _told(db: Connection, each: Webhook) -> Told:
    how = outbox.counts(db, each.id)
    made = answers.moment(each.made_us)
    kinds = tuple(sorted(each.kinds))
    return Told(each.id, each.url, kinds, made, how.waiting, how.dead, how.why)


def _delivery(each: outbox.Delivery) -> Delivery:
    return Delivery(
        id=each.id,
        kind=each.kind.value,
        about=each.about,
        state=each.state,
        queued=answers.moment(each.queued_us),
        tries=each.tries,
        sent=answers.moment_if(each.sent_us),
        why=each.why,
    )
