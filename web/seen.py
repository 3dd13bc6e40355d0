"""Who looked at what of a participant, and who did something for them: the trail, as theirs."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from people import registry
from people.authorize import Action
from people.registry import Calendar
from people.trail import SAW, Trace
from web import deeds
from web.guard import Needs, Visit
from web.parts import parts_of

router = APIRouter()

Owns = Annotated[Visit, Depends(Needs(Action.SET))]

_LINES: Final = 400

#: What somebody did, by the name of the act.
_DEEDS: Final = {
    "CoachMessage": "wrote",
    "DecideDraft": "draft",
    "Supervise": "draft",
    "TakeTicket": "danger",
    "AssignTicket": "danger",
    "ReleaseTicket": "danger",
    "ResolveTicket": "danger",
    "ReopenTicket": "danger",
    "Deal": "deal",
    "UndoDeal": "deal",
    "WriteNote": "note",
    "StrikeNote": "note",
    "AssignCoach": "coach",
    "GiveDevice": "device",
    "CommandDevice": "device",
    "FindDevice": "device",
    "PairDevice": "device",
    "PutOn": "device",
    "SetZone": "clock",
    "made a link": "link",
}


@dataclass(frozen=True, slots=True)
class Line:
    """What one person did on one day, however often."""

    day: date
    at_us: int  # the last time
    who: str
    role: str
    kind: str
    times: int


@router.get("/me/seen")
def page(request: Request, visit: Owns) -> Response:
    """Show the latest, day by day."""
    parts, who = parts_of(request), visit.subject
    found = parts.trail.read(whom=who, but=who, limit=_LINES)
    with parts.store.reading() as db:
        lines = told(found, registry.calendar(db, who))
        said = {
            "lang": registry.profile(db, who).language,
            "zone": registry.zone_at(db, who, visit.now_us),
            "names": registry.names_of(db, {each.who for each in lines}),
        }
    said |= {"lines": lines, "now_us": visit.now_us, "more": len(found) == _LINES}
    return parts.pages.show("seen.html", said)


def told(latest_first: list[Trace], calendar: Calendar) -> list[Line]:
    """Return what the trail holds, what one person did on one day in one line."""
    times, last_us = Counter[tuple[date, str, str, str]](), dict[object, int]()
    for each in latest_first:
        key = (calendar.local_day(each.at_us), each.who, each.role, _kind(each))
        times[key] += 1
        last_us.setdefault(key, each.at_us)
    return [
        Line(day, last_us[day, who, role, kind], who, role, kind, count)
        for (day, who, role, kind), count in times.items()
    ]


def _kind(trace: Trace) -> str:
    if trace.what != SAW:
        return _DEEDS.get(trace.what, "other")
    return deeds.look_of(trace.detail)
