"""The trail of who did or saw what: for who runs the hub, and of packages for research."""

import csv
import io
from collections.abc import Iterator
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse

from people import registry
from people.authorize import Role
from people.trail import Trace
from web import staff
from web.deeds import DEEDS
from web.guard import NeedsRole, Operates, Runs, Visit
from web.particulars import particulars, people_of
from web.parts import Parts, parts_of
from web.told import moment

router = APIRouter()

TakesOut = Annotated[Visit, Depends(Operates(fresh=True))]
IsResearcher = Annotated[Visit, Depends(NeedsRole(Role.RESEARCHER))]
Before = Annotated[int, Query(ge=1, le=2**63 - 1)]

_LINES: Final = 100
_NEWEST: Final = 2**63 - 1
_OF_STUDY: Final = ("package written", "package refused")


@router.get("/operator/trail")
def page(
    request: Request,
    visit: Runs,
    before: Before = _NEWEST,
    whom: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Show the latest lines, of one person if asked."""
    parts = parts_of(request)
    found = parts.trail.read(before=before, limit=_LINES + 1, whom=whom or None)
    return _show(parts, visit, found, {"whom": whom, "of_study": False})


@router.get("/research/trail")
def of_study(request: Request, visit: IsResearcher, before: Before = _NEWEST) -> Response:
    """Show which packages were taken, by whom."""
    parts = parts_of(request)
    found = parts.trail.read(before=before, limit=_LINES + 1, what=_OF_STUDY)
    return _show(parts, visit, found, {"whom": "", "of_study": True})


@router.get("/operator/trail.csv")
def as_table(request: Request, visit: TakesOut) -> Response:
    """Hand the whole trail over as a table."""
    parts = _taken(request, visit)
    head = {"content-disposition": 'attachment; filename="trail.csv"'}
    return StreamingResponse(_rows(parts), media_type="text/csv", headers=head)


@router.get("/operator/trail.json")
def as_lines(request: Request, visit: TakesOut) -> Response:
    """Hand the whole trail over, a line of JSON each."""
    parts = _taken(request, visit)
    lines = (msgspec.json.encode(each) + b"\n" for each in parts.trail.everything())
    head = {"content-disposition": 'attachment; filename="trail.jsonl"'}
    return StreamingResponse(lines, media_type="application/jsonl", headers=head)


def _taken(request: Request, visit: Visit) -> Parts:
    parts = parts_of(request)
    parts.trail.note(visit.actor, "took the trail", now_us=visit.now_us)
    return parts


def _rows(parts: Parts) -> Iterator[str]:
    for place, each in enumerate(parts.trail.everything()):
        fields, text = msgspec.structs.asdict(each), io.StringIO()
        writer = csv.DictWriter(text, list(fields))
        if place == 0:
            writer.writeheader()
        writer.writerow(fields)
        yield text.getvalue()


def _show(parts: Parts, visit: Visit, found: list[Trace], said: dict[str, Any]) -> Response:
    lines = found[:_LINES]
    with parts.store.reading() as db:
        names = {} if said["of_study"] else registry.names_of(db, people_of(lines))
        said |= staff.everywhere(db, visit)
    when = {each.number: f"{moment(each.at_us):%Y-%m-%d %H:%M:%S} UTC" for each in lines}
    more = {each.number: particulars(each, names) for each in lines}
    said |= {"lines": lines, "names": names, "when": when, "deeds": DEEDS, "more": more}
    said["older"] = lines[-1].number if len(found) > _LINES else None
    return parts.pages.show("trail.html", said)
