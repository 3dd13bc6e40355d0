"""The researcher's page: what a package would tell, and the package itself, two clicks away."""

import os
import tempfile
import threading
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from people.authorize import Role
from people.sentence import Sentence, say
from research import figures
from research.export import Plan, Profile, Unproven, Unsafe, Wish, codebook, zipped
from web import staff
from web.guard import NeedsRole, Visit
from web.parts import Parts, parts_of

router = APIRouter()

IsResearcher = Annotated[Visit, Depends(NeedsRole(Role.RESEARCHER))]
TakesOut = Annotated[Visit, Depends(NeedsRole(Role.RESEARCHER, fresh=True))]

#: One at a time: a package takes a core for a while.
_WRITING: Final = threading.Lock()
_TAKEN_SHOWN: Final = 10
_BUSY: Final = say("Another package is being written. Please try again in a moment.")


@router.get("/research")
def page(
    request: Request,
    visit: IsResearcher,
    profile: Profile = Profile.SAFE_HARBOR,
    coarsen: bool = False,
) -> Response:
    """Show what a package of a profile would tell, and how safe it is."""
    return _page(parts_of(request), visit, Wish(profile=profile, coarsen=coarsen))


@router.get("/api/research/preview")
def preview(
    request: Request,
    visit: IsResearcher,
    profile: Profile = Profile.SAFE_HARBOR,
    coarsen: bool = False,
) -> Response:
    """Return the same for programs."""
    parts = parts_of(request)
    plan = parts.packages.preview(
        visit.actor, Wish(profile=profile, coarsen=coarsen), visit.now_us
    )
    return Response(msgspec.json.encode(_told(plan)), media_type="application/json")


@router.post("/research/package")
def package(
    request: Request,
    visit: TakesOut,
    profile: Annotated[Profile, Form()],
    coarsen: Annotated[bool, Form()] = False,
) -> Response:
    """Write a package and hand it over as one file."""
    parts, wish = parts_of(request), Wish(profile=profile, coarsen=coarsen)
    if not _WRITING.acquire(blocking=False):
        return _page(parts, visit, wish, _BUSY, 409)
    try:
        file = _written(parts, visit, wish)
    except (Unsafe, Unproven) as refused:
        return _page(parts, visit, wish, say("No package: %(why)s", why=str(refused)), 409)
    finally:
        _WRITING.release()
    name = f"kindstep-{profile.value}.zip"
    return FileResponse(file, filename=name, background=BackgroundTask(file.unlink))


def _written(parts: Parts, visit: Visit, wish: Wish) -> Path:
    """Write a package as one file; whoever gets it deletes it."""
    with tempfile.TemporaryDirectory(prefix="kindstep-") as folder:
        into = Path(folder) / f"kindstep-{wish.profile.value}"
        parts.packages.export(visit.actor, wish, into, visit.now_us, lambda _done, _of: None)
        handle, file = tempfile.mkstemp(suffix=".zip")
        os.close(handle)
        return zipped(into, Path(file))


@router.get("/research/wear")
def wear(request: Request, visit: IsResearcher) -> Response:
    """Show who wears it, and of which time what is known; it comes when the page is there."""
    parts = parts_of(request)
    with parts.store.reading() as db:
        lives = figures.lives(db, visit.actor, visit.now_us)
    said = parts.pages.words(visit.reads).tongue.said
    drawn = [figures.adherence(lives, said), figures.quality(lives, said)]
    return parts.pages.show("_figures.html", {"lang": visit.reads, "figures": drawn})


def _page(
    parts: Parts, visit: Visit, wish: Wish, says: Sentence | None = None, status: int = 200
) -> Response:
    with parts.store.reading() as db:
        said = staff.everywhere(db, visit)
    said |= {
        "study": parts.engine.protocol,
        "protocol": parts.engine.protocol_digest,
        "plan": parts.packages.preview(visit.actor, wish, visit.now_us),
        "profiles": tuple(Profile),
        "coarsen": wish.coarsen,
        "says": says,
        "codebook": codebook(wish.profile),
        "taken": parts.packages.taken()[:_TAKEN_SHOWN],
    }
    return parts.pages.show("researcher.html", said, status)


def _told(plan: Plan) -> dict[str, Any]:
    return {
        "profile": plan.profile.value,
        "enrolled": plan.enrolled,
        "people": plan.look.people,
        "shared": {topic.value: count for topic, count in plan.shared.items()},
        "k": plan.look.k,
        "small_cells": [(str(cell.says), cell.people) for cell in plan.small],
        "told_less": [str(less) for less in plan.coarsened()],
        "allowed": plan.allowed,
    }
