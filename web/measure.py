"""Measuring at home: a participant is walked through it, and what came of it is summed up."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from gateway.wire import Quality
from people import registry
from people.authorize import Action, Topic
from web import staff
from web.guard import Needs, Visit
from web.parts import Parts, parts_of

router = APIRouter()

Sees = Annotated[Visit, Depends(Needs(Action.SEE, Topic.VITAL_SIGNS))]


@router.get("/measure")
def page(request: Request, visit: Sees, since_us: int | None = None) -> Response:
    """Walk through a measurement; without `since_us` it has not begun."""
    return _show(parts_of(request), visit, "measure.html", since_us)


@router.get("/measure/steps")
def steps(request: Request, visit: Sees, since_us: int) -> Response:
    """Show how far it has come."""
    return _show(parts_of(request), visit, "_measure.html", since_us)


@router.get("/measured/{participant}")
def measured(request: Request, visit: Sees) -> Response:
    """Show four weeks of it, to be printed and taken along."""
    parts = parts_of(request)
    who = visit.subject
    with parts.store.reading() as db:
        found = parts.engine.measured(db, who, visit.now_us)
        said = (
            staff.everywhere(db, visit)
            | _everywhere(db, visit)
            | {
                "readings": found,
                "summaries": parts.engine.summed_up(found),
            }
        )
    return parts.pages.show("measured.html", said)


def _show(parts: Parts, visit: Visit, name: str, since_us: int | None) -> Response:
    who, now_us = visit.subject, visit.now_us
    with parts.store.reading() as db:
        begun_us = now_us if since_us is None else min(since_us, now_us)
        said = _everywhere(db, visit) | {
            "live": f"/live/{who}",
            "begun": since_us is not None,
            "since_us": begun_us,
            "steps": parts.engine.measurement(db, who, begun_us, now_us),
            "emergency": [
                each.text
                for each in parts.engine.inbox(db, who, now_us)
                if each.occasion == "safety" and each.sent_us >= begun_us
            ],
        }
    return parts.pages.show(name, said)


def _everywhere(db: Connection, visit: Visit) -> dict[str, Any]:
    who = visit.subject
    return {
        "participant": who,
        "name": registry.name_of(db, who),
        "lang": visit.reads,
        "zone": registry.zone_at(db, who, visit.now_us),
        "now_us": visit.now_us,
        "doubts": doubts,
    }


def doubts(quality: int) -> list[str]:
    """Return by name what a device has against a reading."""
    return [flag.name or "" for flag in Quality if quality & flag]
