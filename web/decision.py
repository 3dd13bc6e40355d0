"""One decision of the coach, laid open to whom its participant lets see prompts."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from coaching.engine import State
from people import registry
from people.authorize import Action, Role, Topic, allowed
from web import staff
from web.guard import Needs, NeedsRole, Visit
from web.parts import parts_of

router = APIRouter()

Sees = Annotated[Visit, Depends(Needs(Action.SEE, Topic.PROMPTS))]
IsResearcher = Annotated[Visit, Depends(NeedsRole(Role.RESEARCHER))]

#: What a decision saw of the person's choices and of what reached them.
_CHOSEN: Final = {
    "language": "Reads",
    "minute_of_day": "Time of day",
    "quiet_start_minute": "Quiet from",
    "quiet_end_minute": "Quiet until",
    "handed_over": "A red flag was open",
    "paused": "On a break",
    "snoozed": "Put off by them",
    "last_push_us": "Last push",
    "pushes_today": "Pushes that day",
    "most_pushes": "Pushes a day, at most",
    "used": "Wordings used lately",
    "days_in": "Days in the study",
    "dose": "Dose of messages",
}
#: What was measured, shown to whom activity is shown.
_MEASURED: Final = {
    "last_data_us": "Last data",
    "worn": "Worn",
    "still_min": "Minutes still",
    "steps_30min": "Steps in half an hour",
    "steps_2h": "Steps in two hours",
    "steps_today": "Steps today",
    "goal_steps": "Goal, steps",
    "catching_up": "Data still to come",
}


@router.get("/research/decision")
def find(visit: IsResearcher, participant: str, number: int) -> Response:  # noqa: ARG001 - the guard
    """Lead to a decision by whose it is and its number."""
    return RedirectResponse(f"/decisions/{participant}/{number}", 303)


@router.get("/decisions/{participant}/{counter}")
def page(request: Request, visit: Sees, counter: int) -> Response:
    """Show one decision whole."""
    parts = parts_of(request)
    who = visit.subject
    with parts.store.reading() as db:
        found = parts.engine.audited(db, who, counter)
        if found is None:
            raise HTTPException(404)
        sees_activity = allowed(
            db, visit.actor, Action.SEE, who, Topic.ACTIVITY, now_us=visit.now_us
        )
        said = staff.everywhere(db, visit) | {
            "audited": found,
            "seen": _seen(found.logged.decision.state, measured=sees_activity),
            "sees_activity": sees_activity,
            "name": registry.name_of(db, who) if visit.actor.role is Role.COACH else who,
            "zone": registry.zone_at(db, who, found.logged.decision.state.at_us),
        }
    return parts.pages.show("decision.html", said)


def _seen(state: State, *, measured: bool) -> list[tuple[str, str, Any]]:
    """Return the name, the words and the value of each thing a decision saw."""
    shown = _CHOSEN | _MEASURED if measured else _CHOSEN
    return [(name, words, getattr(state, name)) for name, words in shown.items()]
