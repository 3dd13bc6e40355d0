"""Who there is for a program to ask about."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from people import registry
from people.authorize import Action, Actor, Role, Topic, allowed, visible
from people.registry import ViewerKind
from web.api import answers, problems
from web.api.answers import After, Limit, People, Person
from web.api.bearer import Bears, Call, saw
from web.parts import parts_of

router = APIRouter(prefix="/people", tags=["people"])

Asks = Annotated[Call, Depends(Bears())]

Shown = Mapping[Topic, set[str]]


@router.get("", response_model=People, responses=problems.documented())
def everyone(request: Request, call: Asks, after: After = None, limit: Limit = 100) -> Response:
    """List those of whom the token's person may see something now."""
    start = answers.behind(after, str, "")
    with parts_of(request).store.reading() as db:
        ids = [each for each in around(db, call.actor) if each > start]
        shown = _shown(db, call.actor, ids, call.now_us)
        seen = [each for each in ids if _is_seen(db, call, each, shown)]
        page, more = answers.cut(seen, limit)
        items = tuple(_person(db, call, each, shown) for each in page)
    saw(parts_of(request), call.actor, page, request)
    following = answers.cursor(page[-1]) if more else None
    return answers.told(request, People(items, following))


@router.get("/{participant}", response_model=Person, responses=problems.documented())
def one(request: Request, call: Asks, participant: str) -> Response:
    """Tell what there is to see of one of them."""
    with parts_of(request).store.reading() as db:
        shown = _shown(db, call.actor, [participant], call.now_us)
        if not _is_seen(db, call, participant, shown):
            raise problems.not_there()
        person = _person(db, call, participant, shown)
    saw(parts_of(request), call.actor, [participant], request)
    return answers.told(request, person)


def around(db: Connection, actor: Actor) -> list[str]:
    """Return everybody of whom somebody could be shown anything, by id."""
    match actor.role:
        case Role.PARTICIPANT:
            found = {actor.person, *registry.circle_of(db, actor.person)}
        case Role.COACH:
            found = set(registry.panel_of(db, actor.person))
        case Role.RESEARCHER:
            kind = ViewerKind.RESEARCH
            found = {who for topic in Topic for who in registry.granting(db, topic, kind)}
        case _:
            found = set[str]()
    return sorted(found)


def _shown(db: Connection, actor: Actor, people: list[str], now_us: int) -> Shown:
    return {topic: visible(db, actor, people, topic, now_us) for topic in Topic}


def _is_seen(db: Connection, call: Call, who: str, shown: Shown) -> bool:
    return _may_know(db, call, who) or any(who in seen for seen in shown.values())


def _may_know(db: Connection, call: Call, who: str) -> bool:
    return allowed(db, call.actor, Action.KNOW, who, now_us=call.now_us)


def _person(db: Connection, call: Call, who: str, shown: Shown) -> Person:
    return Person(
        id=who,
        name=registry.name_of(db, who) if _may_know(db, call, who) else None,
        is_self=who == call.actor.person,
        zone=registry.zone_at(db, who, call.now_us),
        shares=tuple(topic.value for topic in Topic if who in shown[topic]),
    )
