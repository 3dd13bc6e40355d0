"""The operator's page: gateways, devices, what went wrong, and who takes part."""

from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import segno
from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from ingest import operating
from people import registry
from people.registry import NotKnown, Role
from people.sentence import say
from web import gateways, staff
from web.everyone import everyone
from web.guard import Runs, Visit
from web.orders import (
    CommandDevice,
    Done,
    GiveDevice,
    Order,
    RetryLetters,
    TakeIn,
    did,
    did_not,
)
from web.parts import Parts, parts_of

router = APIRouter(prefix="/operator")


@router.get("")
def page(request: Request, visit: Runs) -> Response:
    """Show all of it."""
    parts = parts_of(request)
    with parts.store.reading() as db:
        said = _everything(db, request, visit)
    return parts.pages.show("operator.html", said)


@router.get("/state")
def state(request: Request, visit: Runs) -> Response:
    """Show how everything fares now."""
    parts = parts_of(request)
    with parts.store.reading() as db:
        return parts.pages.show("_operator_state.html", _state(db, parts, visit))


@router.get("/unclaimed")
def unclaimed(request: Request, visit: Runs) -> Response:
    """Show what nobody wears."""
    parts = parts_of(request)
    with parts.store.reading() as db:
        return parts.pages.show("_operator_unclaimed.html", _people(db, request, visit))


@router.post("/people")
async def take_in(
    request: Request,
    visit: Runs,
    name: Annotated[str, Form(max_length=120)],
    role: Annotated[Role, Form()],
    zone: Annotated[str, Form()] = "UTC",
    arm: Annotated[str, Form()] = "",
    coach: Annotated[str, Form()] = "",
) -> Response:
    """Take somebody in, and show the link by which they sign in."""
    order = TakeIn(
        name=name.strip() or "Nameless",
        role=role,
        zone=zone,
        arm=arm or None,
        coach=coach or None,
    )
    return await _do(request, visit, order)


@router.post("/links")
async def link(
    request: Request, visit: Runs, person: Annotated[str, Form(max_length=64)]
) -> Response:
    """Make a new link for somebody who is known."""
    parts_of(request).trail.note(visit.actor, "made a link", person, now_us=visit.now_us)
    done = Done(ok=True, says=say("A new link for %(person)s.", person=person), person=person)
    return await run_in_threadpool(show_people, request, visit, done)


@router.post("/people/shut-out")
def shut_out(
    request: Request, visit: Runs, person: Annotated[str, Form(max_length=64)]
) -> Response:
    """End somebody's sessions, tokens and links; their open pages notice within seconds."""
    parts = parts_of(request)
    parts.trail.note(visit.actor, "ended all sessions and tokens", person, now_us=visit.now_us)
    parts.accounts.end_all(person)
    done = did(
        "%(person)s is signed out everywhere, and no program asks in their name any more.",
        person=person,
    )
    return show_people(request, visit, done)


@router.post("/devices/give")
async def give(
    request: Request,
    visit: Runs,
    device: Annotated[str, Form(max_length=64)],
    person: Annotated[str, Form(max_length=64)],
    since: Annotated[str, Form(max_length=32)] = "",
) -> Response:
    """Let a participant wear a device, from an instant of their own clock on."""
    parts = parts_of(request)
    try:
        since_us = await run_in_threadpool(_instant_us, parts, person, since, visit.now_us)
    except (NotKnown, ValueError):
        done = did_not("%(what)s is not known.", what=since or person)
        return await run_in_threadpool(show_people, request, visit, done)
    return await _do(
        request, visit, GiveDevice(device=device, participant=person, since_us=since_us)
    )


@router.post("/devices/command")
async def command(
    request: Request,
    visit: Runs,
    device: Annotated[str, Form(max_length=64)],
    kind: Annotated[Literal["alert", "restart", "forget_bond"], Form()],
) -> Response:
    """Have a gateway do something with a device."""
    return await _do(request, visit, CommandDevice(device=device, kind=kind))


@router.post("/letters/retry")
async def retry(request: Request, visit: Runs) -> Response:
    """Try again what nobody could use."""
    return await _do(request, visit, RetryLetters())


async def _do(request: Request, visit: Visit, order: Order) -> Response:
    done = await parts_of(request).carry_out(visit.actor, order)
    return await run_in_threadpool(show_people, request, visit, done)


def show_people(request: Request, visit: Visit, done: Done, **more: object) -> Response:
    """Show what came of something, and how people and machines stand now."""
    parts = parts_of(request)
    with parts.store.reading() as db:
        said = _everything(db, request, visit) | {"done": done}
        if done.ok and done.person:
            said |= _way_in(db, request, parts, done.person)
        said |= more
    swapped = "hx-request" in request.headers  # else a form that was sent without script
    return parts.pages.show("_operator_people.html" if swapped else "operator.html", said)


def _everything(db: Connection, request: Request, visit: Visit) -> dict[str, Any]:
    state = _state(db, parts_of(request), visit)
    people = _people(db, request, visit)
    return staff.everywhere(db, visit) | state | people


def _way_in(db: Connection, request: Request, parts: Parts, who: str) -> dict[str, Any]:
    """Return a link for one sign-in, and the same as a picture for a phone's camera."""
    known = registry.find_person(db, who)
    if known is None:
        return {"done": did_not("Nobody goes by %(who)s.", who=who)}
    token = parts.accounts.one_time_link(who, known.role, parts.now_us())
    address = f"{request.base_url}in/{token}"
    picture = segno.make(address, micro=False).svg_inline(scale=4, border=2, omitsize=True)
    return {"address": address, "picture": picture}


def _state(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    heard = operating.gateways(parts.ingest)
    devices = gateways.devices(db, heard, visit.now_us)
    return staff.within(visit) | {
        "gateways": gateways.rows(heard, devices, visit.now_us),
        "devices": devices,
        "letters": operating.letters(parts.ingest),
        "site": parts.site(),
    }


def _people(db: Connection, request: Request, visit: Visit) -> dict[str, Any]:
    parts = parts_of(request)
    participants = registry.persons_of(db, Role.PARTICIPANT)
    return staff.within(visit) | {
        "done": None,
        "address": None,
        "participants": registry.names_of(db, participants),
        "everyone": everyone(db, request.query_params, visit.now_us),
        "staff": {
            who: (role, registry.name_of(db, who))
            for role in (Role.COACH, Role.RESEARCHER, Role.OPERATOR, Role.SPONSOR)
            for who in registry.persons_of(db, role)
        },
        "unclaimed": list(operating.unclaimed(db, parts.ingest)),
        "causes": parts.engine.causes(),
        "reports": parts.engine.reports(db),
        "arms": tuple(parts.engine.protocol.arms),
        "protocol_digest": parts.engine.protocol_digest,
        "is_locked": is_locked(db, parts),
        "open_ways": parts.accounts.open_ways(visit.now_us),
        "admitted": parts.accounts.gateways.admitted(visit.now_us),
        "broker": parts.broker,
        "code": None,
        "code_picture": None,
    }


def is_locked(db: Connection, parts: Parts) -> bool:
    """Tell whether the protocol that the study runs by was the one locked last."""
    held = parts.engine.locks(db)
    return bool(held) and held[0].digest == parts.engine.protocol_digest


def _instant_us(parts: Parts, person: str, text: str, now_us: int) -> int | None:
    if not text:
        return None
    with parts.store.reading() as db:
        zone = registry.zone_at(db, person, now_us)
    at = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return round(at.timestamp() * 1_000_000)
