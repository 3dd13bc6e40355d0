"""The coach's pages: who needs them now, one person at length, and a message to them."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from analytics import scores
from coaching.acts.act import Outcome
from coaching.acts.prompts import CoachMessage
from ingest import reports
from ingest.reports import StreamReport
from people import registry
from people.authorize import Action, Role, Topic
from web import desk, measure, panel, red_flags, staff, week
from web.guard import Needs, NeedsRole, Visit
from web.panel import LEVELS
from web.parts import Parts, parts_of
from web.today import score_of

router = APIRouter(prefix="/coach")

_DAYS: Final = 14
_PROMPTS: Final = 20

IsCoach = Annotated[Visit, Depends(NeedsRole(Role.COACH))]
Knows = Annotated[Visit, Depends(Needs(Action.KNOW, role=Role.COACH))]
Messages = Annotated[Visit, Depends(Needs(Action.MESSAGE, Topic.MESSAGES, role=Role.COACH))]


@router.get("")
def page(request: Request, visit: IsCoach) -> Response:
    """Show the whole panel."""
    parts = parts_of(request)
    with parts.store.reading() as db:
        rows = panel.rows(db, parts, visit.actor, visit.now_us)
        raised = red_flags.raised(db, parts, visit.actor, visit.now_us)
        drafts = desk.waiting(db, parts, visit)
        everywhere = staff.everywhere(db, visit)
    seen = [row.participant for row in rows]
    parts.trail.saw(visit.actor, seen, "/coach", now_us=visit.now_us)
    counts = {level: sum(row.level == level for row in rows) for level in LEVELS}
    said = everywhere | drafts
    said |= {
        "rows": rows,
        "red_flags": raised,
        "outcome": None,
        "closed": None,
        "me": visit.actor.person,
        "counts": counts,
        "live": "/live",
    }
    return parts.pages.show("coach.html", said)


@router.get("/{participant}")
def person(request: Request, visit: Knows) -> Response:
    """Show one person at length."""
    parts = parts_of(request)
    with parts.store.reading() as db:
        said = staff.everywhere(db, visit) | _person(db, parts, visit)
        said |= desk.notes(db, parts, visit)
    said |= {"live": f"/live/{visit.subject}"}
    return parts.pages.show("person.html", said)


@router.get("/{participant}/row")
def row(request: Request, visit: Knows) -> Response:
    """Show one row of the panel anew."""
    parts = parts_of(request)
    with parts.store.reading() as db:
        said = staff.within(visit) | {"row": panel.row_of(db, parts, visit)}
    return parts.pages.show("_row.html", said)


@router.get("/{participant}/message")
def message(request: Request, visit: Messages) -> Response:
    """Offer the approved messages."""
    return _message_form(parts_of(request), visit, None)


@router.post("/{participant}/message")
async def send(request: Request, visit: Messages, template: Annotated[str, Form()]) -> Response:
    """Send one of them in the coach's name."""
    parts = parts_of(request)
    act = CoachMessage(
        participant=visit.subject, coach=visit.actor.person, template_id=template
    )
    outcome = await parts.act(visit.actor, act)
    return await run_in_threadpool(_message_form, parts, visit, outcome)


def _message_form(parts: Parts, visit: Visit, outcome: Outcome | None) -> Response:
    with parts.store.reading() as db:
        name = registry.name_of(db, visit.subject)
        chosen = parts.engine.choices(db, visit.subject, parts.now_us())
    said = staff.within(visit) | {"participant": visit.subject, "name": name}
    said |= {"templates": parts.engine.templates(), "outcome": outcome, "chosen": chosen}
    return parts.pages.show("_message.html", said)


def _person(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    row = panel.row_of(db, parts, visit)
    looked_us = parts.engine.looked_us(db, visit.actor.person, visit.subject)
    shown = panel.shown_to(db, visit.actor, (visit.subject,), visit.now_us)
    topics = {topic for topic, people in shown.items() if people}
    return {
        "looked_us": looked_us,
        "changes": parts.engine.changes(db, visit.subject, looked_us or 0, topics),
        "row": row,
        "contact": parts.engine.contact(db, visit.subject, topics, visit.now_us),
        "days": _days(db, parts, visit) if row.activity else None,
        "score": score_of(db, visit.subject, visit.now_us) if row.activity else None,
        "home": _home(db, parts, visit) if Topic.VITAL_SIGNS in topics else None,
        "kept": _kept(db, parts, visit) if row.activity else None,
        "prompts": _prompts(db, parts, visit) if row.shows_prompts else None,
    }


def _home(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    found = parts.engine.measured(db, visit.subject, visit.now_us)
    summaries = parts.engine.summed_up(found)
    return {"summaries": summaries, "doubts": measure.doubts}


def _days(db: Connection, parts: Parts, visit: Visit) -> list[week.Bar]:
    days = scores.days(db, visit.subject, _DAYS, visit.now_us)
    return week.bars(days, week.goals_of(db, parts.engine, days))


def _kept(db: Connection, parts: Parts, visit: Visit) -> dict[str, tuple[StreamReport, ...]]:
    return reports.of_participant(db, parts.ledger, visit.actor, visit.subject, visit.now_us)


def _prompts(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    sent = parts.engine.sent(db, visit.subject, _PROMPTS)
    senders = registry.names_of(db, {each.sender for each in sent})
    withheld = [
        each
        for each in parts.engine.decisions(db, visit.subject, _PROMPTS)
        if each.message is None
    ]
    return {"sent": sent, "senders": senders, "withheld": withheld}
