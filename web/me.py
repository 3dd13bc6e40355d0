"""What participants decide for themselves: who sees what, quiet hours, pauses."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Final
from zoneinfo import available_timezones

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from coaching.acts.act import Act, Outcome, refused
from coaching.acts.choices import (
    Pause,
    Resume,
    SetBand,
    SetConsent,
    SetFrequency,
    SetProfile,
    SetQuietHours,
    SetZone,
)
from people import registry
from people.authorize import Action, Topic
from people.registry import OFFERED, Calendar, Profile, ViewerKind
from web.guard import Needs, Visit
from web.parts import Parts, parts_of
from web.worn import worn

router = APIRouter()

#: What each topic is called on the page, and what it means to share it.
TOPICS: Final = {
    Topic.ACTIVITY: ("Activity", "steps, goal, score, worn time"),
    Topic.HEART_RATE: ("Heart rate", "live, at rest, at night"),
    Topic.VITAL_SIGNS: ("Measured at home", "weight, blood pressure, temperature, oxygen"),
    Topic.PROMPTS: ("Prompts", "what the coach wrote, your answers"),
    Topic.GIVING: ("Giving", "points and gifts"),
    Topic.CIRCLE: ("Being found", "friends see you are here, and may cheer"),
    Topic.MESSAGES: ("Messages", "they may write to you"),
}

#: In which part of the page it stands what was done, where the route is not called like it.
_PART_OF: Final = {"resume": "pause", "push": "reach", "buzz": "reach"}
ZONES: Final = tuple(sorted(available_timezones()))

Sees = Annotated[Visit, Depends(Needs(Action.SEE, Topic.PROMPTS))]
Sets = Annotated[Visit, Depends(Needs(Action.SET))]
SetsActivity = Annotated[Visit, Depends(Needs(Action.SET, Topic.ACTIVITY))]


@router.get("/me")
def page(request: Request, visit: Sees) -> Response:
    """Show all of it."""
    return _show(parts_of(request), visit, None)


@router.post("/me/consent")
async def consent(
    request: Request,
    visit: Sets,
    topic: Annotated[Topic, Form()],
    viewer: Annotated[ViewerKind, Form()],
    granted: Annotated[bool, Form()],
) -> Response:
    """Let a kind of viewer see a topic, or no longer."""
    who = visit.subject
    act = SetConsent(participant=who, topic=topic, viewer=viewer, granted=granted)
    return await do(request, visit, act)


@router.post("/me/quiet-hours")
async def quiet_hours(
    request: Request, visit: Sets, start: Annotated[str, Form()], end: Annotated[str, Form()]
) -> Response:
    """Choose when nothing is sent."""
    first, last = _minute(start), _minute(end)
    if first is None or last is None:
        return await _answer(request, visit, refused("Times look like 21:00."))
    act = SetQuietHours(participant=visit.subject, start_minute=first, end_minute=last)
    return await do(request, visit, act)


@router.post("/me/frequency")
async def frequency(
    request: Request, visit: Sets, pushes_a_day: Annotated[int, Form()]
) -> Response:
    """Choose how many pushes a day there may be at most."""
    act = SetFrequency(participant=visit.subject, pushes_a_day=pushes_a_day)
    return await do(request, visit, act)


@router.post("/me/band")
async def band(
    request: Request,
    visit: SetsActivity,
    lowest: Annotated[int, Form()],
    highest: Annotated[int, Form()],
) -> Response:
    """Choose between which steps the goal may be."""
    act = SetBand(participant=visit.subject, lowest_steps=lowest, highest_steps=highest)
    return await do(request, visit, act)


@router.post("/me/profile")
async def profile(
    request: Request,
    visit: Sets,
    language: Annotated[str, Form()],
    age: Annotated[str, Form()] = "",
    placement: Annotated[str, Form()] = "",
    resting: Annotated[str, Form()] = "",
) -> Response:
    """Say what scores and words depend on."""
    act = SetProfile(
        participant=visit.subject,
        age_band=age or None,
        placement=placement or None,
        resting_bpm=float(resting) if resting.isdecimal() else None,
        language=language,
    )
    return await do(request, visit, act)


@router.post("/me/zone")
async def zone(request: Request, visit: Sets, zone: Annotated[str, Form()]) -> Response:
    """Live by another clock from now on."""
    return await do(request, visit, SetZone(participant=visit.subject, zone=zone.strip()))


@router.post("/me/pause")
async def pause(
    request: Request,
    visit: Sets,
    reason: Annotated[str, Form()],
    until: Annotated[date, Form()],
) -> Response:
    """Take a break."""
    act = Pause(participant=visit.subject, reason=reason, until=until)
    return await do(request, visit, act)


@router.post("/me/resume")
async def resume(request: Request, visit: Sets) -> Response:
    """End it now."""
    return await do(request, visit, Resume(participant=visit.subject))


async def do(request: Request, visit: Visit, act: Act) -> Response:
    """Let an act take effect, and answer with the choices as they are then."""
    parts = parts_of(request)
    outcome = await parts.act(visit.actor, act)
    return await _answer(request, replace(visit, now_us=parts.now_us()), outcome)


async def _answer(request: Request, visit: Visit, outcome: Outcome) -> Response:
    said_of = request.url.path.split("/")[2]
    at = _PART_OF.get(said_of, said_of)
    if "hx-request" not in request.headers:  # a form sent without script
        return RedirectResponse(f"/me#{at}-title", 303)
    return await run_in_threadpool(_show, parts_of(request), visit, outcome, at)


def _show(parts: Parts, visit: Visit, outcome: Outcome | None, at: str = "") -> Response:
    with parts.store.reading() as db:
        said = _choices(db, parts, visit)
    name = "me.html" if outcome is None else "_me.html"
    return parts.pages.show(name, said | {"outcome": outcome, "at": at})


def _choices(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    who = visit.subject
    calendar = registry.calendar(db, who)
    goal = parts.engine.goal(db, who, calendar.local_day(visit.now_us))
    return {
        "name": registry.name_of(db, who),
        "lang": registry.profile(db, who).language,
        "topics": TOPICS,
        "viewers": tuple(ViewerKind),
        "offered": OFFERED,
        "granted": {viewer: registry.granted_to(db, who, viewer) for viewer in ViewerKind},
        "watch": parts.engine.watch(db, who, visit.now_us),
        "profile": registry.profile(db, who),
        "age_band": _age_band(registry.profile(db, who)),
        "languages": parts.engine.languages,
        "reached_by": parts.engine.reached_by(db, who),
        "push_key": parts.push_key,
        "chosen": parts.engine.choices(db, who, visit.now_us),
        "goal": goal,
        "goal_reason": goal and parts.engine.why_goal(db, goal),
        "zone": calendar.zone_at(visit.now_us),
        "zones_before": _zones_before(calendar, visit.now_us),
        "zones": ZONES,
        "age_bands": registry.AGE_BANDS,
        "today": calendar.local_day(visit.now_us),
        "devices": worn(db, parts.ingest, who, visit.now_us),
        "done": None,
        "live": f"/live/{who}",
        "now_us": visit.now_us,
    }


def _age_band(profile: Profile) -> str | None:
    exact = profile.age_years
    return profile.age_band if exact is None else registry.band_of(exact)


def _zones_before(calendar: Calendar, now_us: int) -> list[tuple[str, int]]:
    """Return the zones one came from and until when each held, the latest first."""
    ends_us = [at_us for at_us in calendar.from_us[1:] if at_us <= now_us]
    return list(zip(calendar.zones, ends_us, strict=False))[::-1]


def _minute(clock: str) -> int | None:
    hour, colon, minute = clock[:5].partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal()):
        return None
    return int(hour) * 60 + int(minute)
