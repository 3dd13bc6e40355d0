"""The study from its file to its end, as whoever runs the hub sees to it."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from coaching.acts.act import Act
from coaching.acts.study import CloseStudy, LockProtocol
from coaching.engine import Engine, Protocol, linted
from people import registry
from people.sentence import Sentence, say
from web import staff
from web.guard import Operates, Runs, Visit
from web.orders import BackUp, Done, DryRun, Order, UseStudy, did_not
from web.parts import Parts, parts_of
from web.study_changes import Change, changes
from web.study_desk import BadStudy

router = APIRouter(prefix="/operator/study")

_LARGEST_BYTES: Final = 256 << 10
_TOO_LARGE: Final = did_not("That file is larger than 256 KiB, so it is no study.toml.")
_ARMS: Final = {
    "FixedSchedule": "a message at each set time",
    "MicroRandomised": "left to chance at fixed odds",
    "ThompsonSampling": "odds that learn",
    "Unprompted": "no messages",
}
_SURE: Final = say("close the study")  # or the same in the language of who reads the page
DRY_RUN: Final = "dry-run"
BACKUP: Final = "backup"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A protocol that was loaded, and is not used yet."""

    text: str
    protocol: Protocol
    digest: str
    changes: tuple[Change, ...]


@router.get("")
def page(request: Request, visit: Runs) -> Response:
    """Show where the study stands."""
    return _show(request, visit)


@router.post("/load")
def load(request: Request, visit: Runs, file: Annotated[UploadFile, File()]) -> Response:
    """Read a study.toml, and say by line what is wrong or else what it would change."""
    parts, source = parts_of(request), file.file.read(_LARGEST_BYTES + 1)
    if len(source) > _LARGEST_BYTES:
        return _show(request, visit, _TOO_LARGE)
    try:
        text = source.decode()
        protocol = parts.study.read(text)
    except UnicodeDecodeError:
        return _show(request, visit, did_not("That file is not text in UTF-8."))
    except BadStudy as error:
        return _show(request, visit, Done(ok=False, says=Sentence(str(error))))
    engine = Engine(protocol, site_seed=0)
    differs = tuple(changes(parts.engine.protocol, protocol))
    candidate = Candidate(text, protocol, engine.protocol_digest, differs)
    return _show(request, visit, candidate=candidate)


@router.post("/use")
async def use(
    request: Request,
    visit: Runs,
    text: Annotated[str, Form(max_length=_LARGEST_BYTES)],
    digest: Annotated[str, Form(max_length=64)],
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Let the hub begin anew with what was loaded."""
    done = await parts_of(request).carry_out(visit.actor, UseStudy(text=text, reason=reason))
    waits = digest if done.ok else ""
    return await run_in_threadpool(_show, request, visit, done, waits_for=waits)


@router.get("/begun", dependencies=[Depends(Operates())])
def begun(request: Request, digest: str) -> Response:
    """Lead back to the page once the hub runs by this protocol."""
    is_there = parts_of(request).engine.protocol_digest == digest
    heads = {"HX-Redirect": "/operator/study"} if is_there else {}
    return Response(status_code=204 if not is_there else 200, headers=heads)


@router.post("/try")
async def dry_run(
    request: Request,
    visit: Runs,
    people: Annotated[int, Form(ge=2, le=200)],
    weeks: Annotated[int, Form(ge=1, le=52)],
    odds: Annotated[float, Form(gt=0, lt=1)],
) -> Response:
    """Let people who are not there live the study through."""
    return await _do(request, visit, DryRun(people=people, weeks=weeks, odds=odds))


@router.get("/errands")
def errands(request: Request, visit: Runs) -> Response:
    """Show how what was started stands."""
    parts = parts_of(request)
    return parts.pages.show("_study_errands.html", {"lang": visit.reads, **_errands(parts)})


@router.post("/lock")
async def lock(
    request: Request, visit: Runs, reason: Annotated[str, Form(max_length=500)]
) -> Response:
    """Let the protocol stay as it is."""
    return await _act(
        request, visit, LockProtocol(participant=visit.actor.person, reason=reason)
    )


@router.post("/close")
async def close(
    request: Request, visit: Runs, sure: Annotated[str, Form(max_length=20)] = ""
) -> Response:
    """Begin the taper for everybody, and tell them."""
    said = parts_of(request).pages.words(visit.reads).tongue.said
    if sure.strip().lower() not in (str(_SURE), said(_SURE)):
        done = did_not("Type “close the study” to be sure.")
        return await run_in_threadpool(_show, request, visit, done)
    return await _act(request, visit, CloseStudy(participant=visit.actor.person))


@router.post("/archive")
async def archive(request: Request, visit: Runs) -> Response:
    """Back all of it up, and prove the copy."""
    return await _do(request, visit, BackUp())


async def _act(request: Request, visit: Visit, act: Act) -> Response:
    outcome = await parts_of(request).act(visit.actor, act)
    done = Done(ok=outcome.ok, says=outcome.says)
    return await run_in_threadpool(_show, request, visit, done)


async def _do(request: Request, visit: Visit, order: Order) -> Response:
    done = await parts_of(request).carry_out(visit.actor, order)
    return await run_in_threadpool(_show, request, visit, done)


def _show(
    request: Request,
    visit: Visit,
    done: Done | None = None,
    *,
    candidate: Candidate | None = None,
    waits_for: str = "",
) -> Response:
    parts = parts_of(request)
    with parts.store.reading() as db:
        said = _standing(db, parts, visit)
    said |= {"done": done, "candidate": candidate, "waits_for": waits_for}
    status = 200 if done is None or done.ok else 422
    return parts.pages.show("operator_study.html", said, status)


def _standing(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    protocol = parts.engine.protocol
    return staff.everywhere(db, visit) | {
        "digest": parts.engine.protocol_digest,
        "locks": parts.engine.locks(db),
        "members": len(registry.persons_of(db, registry.Role.PARTICIPANT)),
        "last_end_us": parts.engine.last_end_us(db),
        "funded": parts.engine.causes(),
        "linted": linted(),
        "arms": [(name, _ARMS[type(how).__name__]) for name, how in protocol.arms.items()],
        "odds": (f"{protocol.bounds.lowest_odds:.0%}", f"{protocol.bounds.highest_odds:.0%}"),
        "site": parts.site(),
        "can_change": parts.study.can_change,
        "can_back_up": parts.study.can_back_up,
        **_errands(parts),
    }


def _errands(parts: Parts) -> dict[str, Any]:
    return {"tried": parts.study.errand(DRY_RUN), "backed_up": parts.study.errand(BACKUP)}
