"""What was measured of somebody, scored, aimed at and lost on the way."""

from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import AwareDatetime
from sqlalchemy import Connection

from analytics import scores
from coaching import records
from ingest import reports
from ingest.reports import StreamReport
from people.authorize import Action, Topic, allowed
from web import told
from web.accounts import Scope
from web.api import answers, problems
from web.api.answers import After, Epochs, Goal, Goals, Limit, Scores
from web.api.bearer import Bears, Call
from web.parts import parts_of
from web.told import Minute

router = APIRouter(prefix="/people/{participant}", tags=["activity"])

Sees = Annotated[Call, Depends(Bears(Scope.ACTIVITY, Topic.ACTIVITY))]

_MINUTE_US: Final = 60_000_000
_DAY_US: Final = 1440 * _MINUTE_US
_LONGEST_US: Final = 31 * _DAY_US
_FIRST_YEAR, _LAST_YEAR = 2000, 2100

Since = Annotated[AwareDatetime | None, Query(description="A day before `until` if not given.")]
Until = Annotated[AwareDatetime | None, Query(description="Now if not given.")]


@router.get("/epochs", response_model=Epochs, responses=problems.documented())
def epochs(
    request: Request,
    call: Sees,
    since: Since = None,
    until: Until = None,
    after: After = None,
    limit: Limit = 500,
) -> Response:
    """List the minutes of a span, of 31 days at most, of which something is known, in order."""
    until_us = _us(until, "until", call.now_us)
    since_us = _us(since, "since", until_us - _DAY_US)
    if until_us - since_us > _LONGEST_US:
        raise problems.unusable("query/since", "is more than 31 days before `until`")
    start_us = max(since_us, answers.behind(after, int, 0))
    with parts_of(request).store.reading() as db:
        hearts = shows_hearts(db, call)
        found = _minutes(db, call.subject, start_us, until_us, limit + 1)
        page, more = answers.cut(found, limit)
        items = tuple(told.epoch(minute, hearts=hearts) for minute in page)
    following = answers.cursor(page[-1][0] + _MINUTE_US) if more else None
    withheld = () if hearts else (Topic.HEART_RATE.value,)
    return answers.told(request, Epochs(call.subject, withheld, items, following))


@router.get("/scores", response_model=Scores, responses=problems.documented())
def scored(request: Request, call: Sees, after: After = None, limit: Limit = 100) -> Response:
    """List each day's activity score, by day."""
    start = answers.behind(after, str, "")
    with parts_of(request).store.reading() as db:
        found = [each for each in scores.scores_of(db, call.subject) if str(each.day) > start]
    page, more = answers.cut(found, limit)
    following = answers.cursor(str(page[-1].day)) if more else None
    items = tuple(told.score(each) for each in page)
    return answers.told(request, Scores(call.subject, items, following))


@router.get("/goals", response_model=Goals, responses=problems.documented())
def goals(request: Request, call: Sees, after: After = None, limit: Limit = 100) -> Response:
    """List each day's step goal and what became of it, by day."""
    start = answers.behind(after, str, "")
    with parts_of(request).store.reading() as db:
        found = [each for each in records.goals(db, call.subject) if str(each.day) > start]
    page, more = answers.cut(found, limit)
    following = answers.cursor(str(page[-1].day)) if more else None
    items = tuple(
        Goal(each.day, each.steps, each.reason, each.done_steps, each.verdict.value)
        for each in page
    )
    return answers.told(request, Goals(call.subject, items, following))


def _account_answers() -> dict[int | str, dict[str, Any]]:
    streams = {"type": "array", "items": {"$ref": "#/components/schemas/StreamReport"}}
    schema = {"type": "object", "additionalProperties": streams}
    content: dict[str, Any] = {"application/json": {"schema": schema}}
    ok = {"description": "By device, each of its streams.", "content": content}
    return {200: ok} | problems.documented()


@router.get("/accounts", response_class=Response, responses=_account_answers())
def accounts(request: Request, call: Sees) -> Response:
    """Tell what of somebody's samples is stored, missing, given up or came twice."""
    parts = parts_of(request)
    with parts.store.reading() as db:
        found = reports.of_participant(db, parts.ledger, call.actor, call.subject, call.now_us)
    return answers.told(request, found)


def account_schemas() -> dict[str, Any]:
    """Return the OpenAPI components that accounts are made of."""
    _, components = msgspec.json.schema_components(
        [StreamReport], ref_template="#/components/schemas/{name}"
    )
    return components


def shows_hearts(db: Connection, call: Call) -> bool:
    """Tell whether a token may read heart rates, and its person may see these."""
    may = allowed(
        db, call.actor, Action.SEE, call.subject, Topic.HEART_RATE, now_us=call.now_us
    )
    return may and Scope.HEART_RATE in call.token.scopes


def _minutes(
    db: Connection, participant: str, start_us: int, end_us: int, most: int
) -> list[Minute]:
    """Return the first known minutes of a span, looking at a day at a time."""
    found: list[Minute] = []
    while start_us < end_us and len(found) < most:
        until_us = min(end_us, start_us + _DAY_US)
        found += told.minutes(db, participant, start_us, until_us)
        start_us = until_us
    return found[:most]


def _us(at: datetime | None, where: str, otherwise_us: int) -> int:
    if at is None:
        return otherwise_us
    if not _FIRST_YEAR <= at.year < _LAST_YEAR:
        raise problems.unusable(
            f"query/{where}", f"is not between {_FIRST_YEAR} and {_LAST_YEAR}"
        )
    return round(at.timestamp() * 1_000_000)
