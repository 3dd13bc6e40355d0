"""One decision of the coach, laid open to whom its participant lets see prompts."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from coaching.engine import State
from people import registry
from people.authorize import Action, Role, Topic, allowed
from people.sentence import Sentence, say
from web import staff
from web.guard import Needs, NeedsRole, Visit
from web.parts import parts_of

router = APIRouter()

Sees = Annotated[Visit, Depends(Needs(Action.SEE, Topic.PROMPTS))]
IsResearcher = Annotated[Visit, Depends(NeedsRole(Role.RESEARCHER))]

#: What a decision saw of the person's choices and of what reached them.
_CHOSEN: Final = {
    "language": say("Reads"),
    "minute_of_day": say("Time of day"),
    "quiet_start_minute": say("Quiet from"),
    "quiet_end_minute": say("Quiet until"),
    "handed_over": say("A red flag was open"),
    "paused": say("On a break"),
    "snoozed": say("Put off by them"),
    "last_push_us": say("Last push"),
    "pushes_today": say("Pushes that day"),
    "most_pushes": say("Pushes a day, at most"),
    "used": say("Wordings used lately"),
    "days_in": say("Days in the study"),
    "dose": say("Dose of messages"),
}
#: What was measured, shown to whom activity is shown.
_MEASURED: Final = {
    "last_data_us": say("Last data"),
    "worn": say("Worn"),
    "still_min": say("Minutes still"),
    "steps_30min": say("Steps in half an hour"),
    "steps_2h": say("Steps in two hours"),
    "steps_today": say("Steps today"),
    "goal_steps": say("Goal, steps"),
    "catching_up": say("Data still to come"),
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


def _seen(state: State, *, measured: bool) -> list[tuple[str, Sentence, Any]]:
    """Return the name, the words and the value of each thing a decision saw."""
    shown = _CHOSEN | _MEASURED if measured else _CHOSEN
    return [(name, words, getattr(state, name)) for name, words in shown.items()]
