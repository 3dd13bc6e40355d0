"""What a program gets, and how: JSON with an ETag, in pages that a cursor leads through."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final, TypeVar

import msgspec
from fastapi import Query, Request
from fastapi.responses import Response

from web.api import problems
from web.told import Epoch, Score, moment

T = TypeVar("T")
K = TypeVar("K", int, str)

MOST: Final = 500
_LARGEST: Final = 2**63 - 1  # that a column holds

Limit = Annotated[int, Query(ge=1, le=MOST, description="Items in one page at most.")]
After = Annotated[str | None, Query(max_length=200, description="`next` of the page before.")]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of whom the token's person may see something."""

    id: str
    name: str | None  # null: research knows pseudonyms alone
    is_self: bool
    zone: str  # of the clock that their days follow
    shares: tuple[str, ...]  # topics that may be seen now


@dataclass(frozen=True, slots=True)
class People:
    """A page of people, by id."""

    items: tuple[Person, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Epochs:
    """A page of minutes, in order; a minute that is not there is not known."""

    participant: str
    withheld: tuple[str, ...]  # topics that are null throughout, as they may not be seen
    items: tuple[Epoch, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Scores:
    """A page of scores, by day."""

    participant: str
    items: tuple[Score, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Goal:
    """A day's step goal, and what became of it."""

    day: date
    steps: int
    reason: str
    done_steps: int | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Goals:
    """A page of goals, by day."""

    participant: str
    items: tuple[Goal, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class VitalSign:
    """One reading that somebody took at home."""

    stream: str
    at: datetime
    value: float  # blood pressure: the systolic one
    second: float | None  # blood pressure: the diastolic one
    unit: str
    doubts: tuple[str, ...]  # what its own device has against it


@dataclass(frozen=True, slots=True)
class VitalSigns:
    """A page of readings, in order."""

    participant: str
    items: tuple[VitalSign, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    """One time that the coach considered writing."""

    id: str
    decided: datetime
    policy: str
    policy_version: int
    probability: float
    reasons: tuple[str, ...]  # against; none: available
    template: str | None  # null: nothing was written
    text: str | None


@dataclass(frozen=True, slots=True)
class Decisions:
    """A page of decisions, in order."""

    participant: str
    items: tuple[Decision, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A red flag that no human has closed."""

    id: int
    participant: str
    kind: str
    says: str
    opened: datetime
    due: datetime  # escalated if nobody has taken it by then
    taken: datetime | None
    taken_by: str | None
    escalated: datetime | None


@dataclass(frozen=True, slots=True)
class Tickets:
    """A page of tickets, by id."""

    items: tuple[Ticket, ...]
    next: str | None


def told(request: Request, answer: Any, status: int = 200) -> Response:  # noqa: ANN401 - any of these
    """Return an answer as JSON; as 304 to who has the very same already."""
    body = msgspec.json.encode(answer)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if request.method == "GET" and tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, status, headers, "application/json")


def cut(items: Sequence[T], limit: int) -> tuple[Sequence[T], bool]:
    """Return a page, and whether there is more."""
    return items[:limit], len(items) > limit


def cursor(key: int | str) -> str:
    """Return what leads to the items after one."""
    return base64.urlsafe_b64encode(str(key).encode()).decode().rstrip("=")


def behind(after: str | None, kind: type[K], start: K) -> K:
    """Return the key that a cursor stands for; `start` without one."""
    if after is None:
        return start
    try:
        text = base64.b64decode(after + "=" * (-len(after) % 4), b"-_", validate=True).decode()
        key = kind(text)
    except (binascii.Error, ValueError) as error:
        raise _no_cursor() from error
    if isinstance(key, int) and not 0 <= key <= _LARGEST:
        raise _no_cursor()
    return key


def moment_if(at_us: int | None) -> datetime | None:
    """Return the same of an instant that may not have come."""
    return None if at_us is None else moment(at_us)


def _no_cursor() -> problems.Problem:
    return problems.unusable("query/after", "is no cursor of ours")
