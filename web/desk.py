"""A coach's desk: the bot's drafts, flags that are dealt with, notes, and a week on a sheet."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from analytics import scores
from coaching.acts.act import Act, Outcome
from coaching.acts.desk import (
    Deal,
    DecideDraft,
    Look,
    StrikeNote,
    Supervise,
    UndoDeal,
    WriteNote,
)
from people import registry
from people.authorize import Action, Role, Topic, visible
from web import panel, staff, week
from web.guard import Needs, NeedsRole, Visit
from web.parts import Parts, parts_of
from web.today import score_of

router = APIRouter(prefix="/coach")

_DAYS: Final = 7
_PROMPTS: Final = 20

IsCoach = Annotated[Visit, Depends(NeedsRole(Role.COACH))]
Knows = Annotated[Visit, Depends(Needs(Action.KNOW, role=Role.COACH))]
Messages = Annotated[Visit, Depends(Needs(Action.MESSAGE, Topic.MESSAGES, role=Role.COACH))]


@router.get("/panel/drafts")
def drafts(request: Request, visit: IsCoach) -> Response:
    """Show what the bot would write."""
    return _drafts(parts_of(request), visit, None)


@router.post("/{participant}/drafts/{message_id}")
async def decide(
    request: Request,
    visit: Messages,
    message_id: int,
    send: Annotated[bool, Form()],
    template: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Let a draft go, in these words or others, or hold it."""
    act = DecideDraft(
        participant=visit.subject,
        coach=visit.actor.person,
        message_id=message_id,
        send=send,
        template_id=template or None,
    )
    outcome = await parts_of(request).act(visit.actor, act)
    return await run_in_threadpool(_drafts, parts_of(request), visit, outcome)


@router.get("/{participant}/deal")
def deal_form(request: Request, visit: Knows) -> Response:
    """Offer what can be done about a flag."""
    return _deal(parts_of(request), visit, None)


@router.post("/{participant}/deal")
async def deal(
    request: Request,
    visit: Knows,
    flag: Annotated[str, Form(max_length=64)],
    how: Annotated[Literal["seen", "put_off", "assigned"], Form()],
    hours: Annotated[int, Form()] = 24,
    to: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Deal with it."""
    me = visit.actor.person
    act = Deal(
        participant=visit.subject, coach=me, flag=flag, how=how, hours=hours, to=to or None
    )
    outcome = await parts_of(request).act(visit.actor, act)
    return await run_in_threadpool(_deal, parts_of(request), visit, outcome)


@router.post("/{participant}/deal/{deal_id}/undo")
async def undo_deal(request: Request, visit: Knows, deal_id: int) -> Response:
    """Put it back on the list."""
    parts = parts_of(request)
    act = UndoDeal(participant=visit.subject, coach=visit.actor.person, deal=deal_id)
    await parts.act(visit.actor, act)
    if "hx-request" not in request.headers:  # a form sent without script
        return RedirectResponse("/coach", 303)

    def show() -> Response:
        with parts.store.reading() as db:
            said = staff.within(visit) | {"row": panel.row_of(db, parts, visit)}
        return parts.pages.show("_row.html", said)

    return await run_in_threadpool(show)


@router.post("/{participant}/notes")
async def write_note(
    request: Request, visit: Knows, text: Annotated[str, Form(max_length=2000)]
) -> Response:
    """Write something down."""
    act = WriteNote(participant=visit.subject, coach=visit.actor.person, text=text)
    return await _noted(request, visit, act)


@router.post("/{participant}/notes/{note_id}/strike")
async def strike_note(request: Request, visit: Knows, note_id: int) -> Response:
    """Take one's own note back."""
    act = StrikeNote(participant=visit.subject, coach=visit.actor.person, note=note_id)
    return await _noted(request, visit, act)


@router.post("/{participant}/looked", status_code=204)
async def looked(request: Request, visit: Knows) -> None:
    """Note that a coach had the page open."""
    act = Look(participant=visit.subject, coach=visit.actor.person)
    await parts_of(request).act(visit.actor, act)


@router.post("/{participant}/supervise")
async def supervise(request: Request, visit: Messages, on: Annotated[bool, Form()]) -> Response:
    """See the bot's drafts first, or no longer."""
    act = Supervise(participant=visit.subject, coach=visit.actor.person, on=on)
    return await _noted(request, visit, act)


@router.get("/{participant}/summary")
def summary(request: Request, visit: Knows) -> Response:
    """Show a person's week on one sheet."""
    parts = parts_of(request)
    with parts.store.reading() as db:
        said = staff.within(visit) | _summary(db, parts, visit)
    return parts.pages.show("summary.html", said)


async def _noted(request: Request, visit: Visit, act: Act) -> Response:
    parts = parts_of(request)
    outcome = await parts.act(visit.actor, act)
    if "hx-request" not in request.headers:  # a form sent without script
        return RedirectResponse(f"/coach/{visit.subject}", 303)

    def show() -> Response:
        with parts.store.reading() as db:
            said = staff.within(visit) | notes(db, parts, visit) | {"outcome": outcome}
        return parts.pages.show("_notes.html", said)

    return await run_in_threadpool(show)


def notes(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    """Return what coaches wrote down, and whether they see drafts first."""
    found = parts.engine.notes(db, visit.subject)
    writes = visible(db, visit.actor, [visit.subject], Topic.MESSAGES, visit.now_us)
    return {
        "participant": visit.subject,
        "me": visit.actor.person,
        "zone": registry.zone_at(db, visit.subject, visit.now_us),
        "notes": found,
        "writers": registry.names_of(db, {each.coach for each in found}),
        "is_supervised": bool(parts.engine.supervised(db, [visit.subject])),
        "can_supervise": bool(writes),
        "outcome": None,
    }


def waiting(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    """Return the drafts that this coach may decide on."""
    people = registry.panel_of(db, visit.actor.person, visit.now_us)
    for topic in (Topic.MESSAGES, Topic.PROMPTS):
        people = tuple(sorted(visible(db, visit.actor, people, topic, visit.now_us)))
    found = parts.engine.drafts(db, people, visit.now_us)
    return {
        "drafts": found,
        "names": registry.names_of(db, {each.participant for each in found}),
        "templates": parts.engine.templates(),
    }


def _drafts(parts: Parts, visit: Visit, outcome: Outcome | None) -> Response:
    with parts.store.reading() as db:
        said = staff.within(visit) | waiting(db, parts, visit) | {"outcome": outcome}
    return parts.pages.show("_drafts.html", said)


def _deal(parts: Parts, visit: Visit, outcome: Outcome | None) -> Response:
    with parts.store.reading() as db:
        coaches = registry.coaches_of(db, visit.subject, visit.now_us)
        others = [each for each in coaches if each != visit.actor.person]
        said = staff.within(visit) | {
            "row": panel.row_of(db, parts, visit),
            "others": registry.names_of(db, others),
            "outcome": outcome,
        }
    return parts.pages.show("_deal.html", said)


def _summary(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    row = panel.row_of(db, parts, visit)
    said: dict[str, Any] = {"row": row, "days": None, "score": None, "sent": None}
    said["coach"] = registry.name_of(db, visit.actor.person)
    if row.activity:
        days = scores.days(db, visit.subject, _DAYS, visit.now_us)
        said["days"] = week.bars(days, week.goals_of(db, parts.engine, days))
        said["score"] = score_of(db, visit.subject, visit.now_us)
    if row.heart:
        days = scores.days(db, visit.subject, _DAYS, visit.now_us)
        said["resting"] = {day.day: day.resting_bpm for day in days}
    else:
        said["resting"] = {}
    if row.shows_prompts:
        since_us = visit.now_us - _DAYS * 86_400_000_000
        sent = parts.engine.sent(db, visit.subject, _PROMPTS)
        said["sent"] = [each for each in sent if each.sent_us >= since_us]
    return said | notes(db, parts, visit)
