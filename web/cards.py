"""What a participant's page is made of: cards, each also shown on its own when it changes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, TypeAlias

import msgspec
from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from analytics import scores
from coaching.acts.act import Act, Outcome
from coaching.engine import Feature
from people import registry
from people.authorize import Topic
from web import today
from web.guard import Visit
from web.heart import heart
from web.parts import Parts, parts_of

Gather: TypeAlias = Callable[[Connection, Parts, Visit], dict[str, Any]]


async def do(request: Request, visit: Visit, act: Act, card: str) -> Response:
    """Let an act take effect, and answer with the card as it is then."""
    parts = parts_of(request)
    outcome = await parts.act(visit.actor, await _keyed(request, act))
    if "hx-request" not in request.headers:  # a form sent without script
        return RedirectResponse("/", 303)
    later = replace(visit, now_us=parts.now_us())
    return await run_in_threadpool(show, parts, later, card, outcome)


async def _keyed(request: Request, act: Act) -> Act:
    """Return the act with the key of the form that it came by."""
    once = (await request.form()).get("once")
    return msgspec.structs.replace(act, once=once[:64]) if isinstance(once, str) else act


def show(parts: Parts, visit: Visit, card: str, outcome: Outcome | None) -> Response:
    """Show one card as it is now."""
    _, gather = CARDS[card]
    with parts.store.reading() as db:
        said = everywhere(db, visit) | gather(db, parts, visit)
    return parts.pages.show(f"_{card}.html", said | {"outcome": outcome})


def everywhere(db: Connection, visit: Visit) -> dict[str, Any]:
    """Return what every card says."""
    return {
        "participant": visit.subject,
        "name": registry.name_of(db, visit.subject),
        "lang": registry.profile(db, visit.subject).language,
        "zone": registry.zone_at(db, visit.subject, visit.now_us),
        "now_us": visit.now_us,
        "outcome": None,
    }


def _hero(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    return {
        "hero": today.hero(db, parts.engine, visit.subject, visit.now_us),
        "heart": heart(parts.recent, visit.subject, visit.now_us),
        "for_whom": _for_whom(db, parts, visit),
    }


def _for_whom(db: Connection, parts: Parts, visit: Visit) -> str | None:
    """Return to whom today's goal gives, on a day on which it is told."""
    on = parts.engine.features(db, visit.subject, visit.now_us)
    cause = parts.engine.giving(db, visit.subject).cause
    if Feature.CHARITY not in on or cause is None:
        return None
    return parts.engine.causes().get(cause)


def _prompt(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    messages, senders = today.messages(db, parts.engine, visit.subject, visit.now_us)
    return {"messages": messages, "senders": senders}


def _rate(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    coaches = parts.engine.to_rate(db, visit.subject, visit.now_us)
    return {"to_rate": registry.names_of(db, coaches)}


def _giving(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    giving = parts.engine.giving(db, visit.subject)
    teams = registry.teams_of(db, visit.subject)
    return {"giving": giving, "causes": parts.engine.causes(), "teams": teams}


def _circle(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    who = visit.subject
    asking = registry.names_of(db, registry.asked_by(db, who))
    return {
        "nudge": Feature.CHEER in parts.engine.features(db, who, visit.now_us),
        "circle": today.circle(db, parts.engine, visit),
        "asking": asking,
        "friend_ids": registry.friends_of(db, who),
        "blocked": registry.names_of(db, registry.blocked_by(db, who)),
        "muted": registry.muted_by(db, who),
        "teams": registry.teams_of(db, who),
        "invitations": parts.engine.invitations(db, who),
    }


def _challenges(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    found = parts.engine.challenges(db, visit.subject, visit.now_us)
    known = registry.circle_of(db, visit.subject)
    lines = [line for each in found.playing for line in each.board.lines]
    people = {line.side for line in lines} & {visit.subject, *known}
    return {
        "challenges": found,
        "today": registry.local_day(db, visit.subject, visit.now_us),
        "friends": registry.names_of(db, known),
        "sides": registry.names_of(db, people),
    }


def _feed(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    entries = parts.engine.feed(db, visit.subject, visit.now_us)
    people = {entry.author for entry in entries}
    people |= {who for entry in entries for who in entry.liked_by}
    people |= {each.author for entry in entries for each in entry.comments}
    return {"feed": entries, "me": visit.subject, "names": registry.names_of(db, people)}


def _week(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    return {
        "days": today.days(db, parts.engine, visit.subject, visit.now_us),
        "streak": parts.engine.streak(db, visit.subject, visit.now_us),
    }


def _night(db: Connection, _parts: Parts, visit: Visit) -> dict[str, Any]:
    day = registry.local_day(db, visit.subject, visit.now_us)
    return {"night": scores.night(db, visit.subject, day)}


#: What the page is made of; each card is shown on its own when it changes.
CARDS: Final[dict[str, tuple[Topic, Gather]]] = {
    "hero": (Topic.ACTIVITY, _hero),
    "prompt": (Topic.PROMPTS, _prompt),
    "rate": (Topic.MESSAGES, _rate),
    "giving": (Topic.GIVING, _giving),
    "circle": (Topic.CIRCLE, _circle),
    "challenges": (Topic.CIRCLE, _challenges),
    "feed": (Topic.CIRCLE, _feed),
    "week": (Topic.ACTIVITY, _week),
    "night": (Topic.HEART_RATE, _night),
}
