"""How a gateway gets its token, and the next one. Neither asks for a person's."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from web.accounts.gateways import Renewed
from web.api import problems
from web.api.problems import Problem
from web.parts import Parts, parts_of

router = APIRouter(prefix="/gateways", tags=["gateways"])

_BAD_CODE: Final = "The code is not good: it was used, or is older than a day."
_SPENT: Final = "The token is not good any more: enrol the gateway again."
_WHO: Final = {"WWW-Authenticate": "Bearer"}


class Code(BaseModel, extra="forbid"):
    """What the operator's page showed."""

    code: Annotated[str, Field(min_length=1, max_length=64)]


@dataclass(frozen=True, slots=True)
class Admission:
    """Where a gateway publishes from now on, and as whom."""

    gateway: str
    token: str  # user, a dot, password; shown once
    host: str
    port: int
    tls: bool
    site: str | None  # null: not known here


@dataclass(frozen=True, slots=True)
class NewToken:
    """The next token."""

    token: str | None  # null: the one that was shown may stay


def _address(request: Request) -> str:
    """Let an address guess a while and no longer."""
    parts = parts_of(request)
    address = f"gateway at {request.client.host if request.client else ''}"
    if wait_s := parts.attempts.wait_s(address, parts.now_us()):
        raise Problem(429, "Too many that were not good.", (), {"Retry-After": str(wait_s)})
    return address


Address = Annotated[str, Depends(_address)]


def _enrolled(request: Request, code: Code, address: Address) -> Renewed:
    parts = parts_of(request)
    made = parts.accounts.gateways.enrol(code.code, parts.now_us())
    if made is None:
        raise _not_good(parts, address, Problem(403, _BAD_CODE))
    parts.trail.note_gateway(made.gateway, "enrolled", now_us=parts.now_us())
    return made


def _renewed(request: Request, address: Address) -> Renewed:
    parts = parts_of(request)
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    is_bearer = kind.lower() == "bearer"
    found = parts.accounts.gateways.renew(token.strip(), parts.now_us()) if is_bearer else None
    if found is None:
        raise _not_good(parts, address, Problem(401, _SPENT, (), _WHO))
    if found.token is not None:
        parts.trail.note_gateway(found.gateway, "renewed its token", now_us=parts.now_us())
    return found


def _not_good(parts: Parts, address: str, problem: Problem) -> Problem:
    parts.attempts.note_failure(address, parts.now_us())
    return problem


_ANSWERS: Final[dict[int | str, dict[str, Any]]] = problems.documented()


@router.post("/enrol", responses=_ANSWERS)
async def enrol(request: Request, made: Annotated[Renewed, Depends(_enrolled)]) -> Admission:
    """Trade an enrolment code for a token; the code is used up."""
    parts = parts_of(request)
    await parts.admit()
    door = parts.broker
    return Admission(
        gateway=made.gateway,
        token=made.token or "",
        host=door.host or request.url.hostname or "",
        port=door.port,
        tls=door.tls,
        site=door.site,
    )


@router.post("/token", responses=_ANSWERS)
async def renew(request: Request, found: Annotated[Renewed, Depends(_renewed)]) -> NewToken:
    """Trade a gateway's token for the next one, if it is time; show that one at once.

    Whichever of its tokens a gateway shows, its others end.
    """
    if found.logins_changed:
        await parts_of(request).admit()
    return NewToken(found.token)
