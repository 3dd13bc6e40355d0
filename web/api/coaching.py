"""What the coach decided and wrote, and what needs a human."""

from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from coaching import records
from people import registry
from people.authorize import Role, Topic, visible
from web.accounts import Scope
from web.api import answers, problems
from web.api.answers import After, Decision, Decisions, Limit, Ticket, Tickets
from web.api.bearer import Bears, Call, saw
from web.parts import parts_of

router = APIRouter()

Sees = Annotated[Call, Depends(Bears(Scope.PROMPTS, Topic.PROMPTS))]
Watches = Annotated[Call, Depends(Bears(Scope.TICKETS, role=Role.COACH))]


@router.get(
    "/people/{participant}/decisions",
    tags=["coaching"],
    response_model=Decisions,
    responses=problems.documented(),
)
def decisions(
    request: Request, call: Sees, after: After = None, limit: Limit = 100
) -> Response:
    """List each time that the coach considered writing, in order, and what it wrote."""
    since = answers.behind(after, int, 0)
    with parts_of(request).store.reading() as db:
        found = list(islice(records.decisions(db, call.subject, since), limit + 1))
    page, more = answers.cut(found, limit)
    following = answers.cursor(found[limit].state.counter) if more else None
    items = tuple(_decision(each) for each in page)
    return answers.told(request, Decisions(call.subject, items, following))


@router.get(
    "/tickets", tags=["coaching"], response_model=Tickets, responses=problems.documented()
)
def tickets(
    request: Request, call: Watches, after: After = None, limit: Limit = 100
) -> Response:
    """List the red flags of a coach's panel that no human has closed, by id."""
    parts, start = parts_of(request), answers.behind(after, int, 0)
    with parts.store.reading() as db:
        panel = registry.panel_of(db, call.actor.person)
        people = visible(db, call.actor, panel, Topic.MESSAGES, call.now_us)
        open_ = sorted(parts.engine.red_flags(db, people), key=lambda each: each.id)
    page, more = answers.cut([each for each in open_ if each.id > start], limit)
    saw(parts, call.actor, {each.participant for each in page}, request)
    following = answers.cursor(page[-1].id) if more else None
    items = tuple(
        Ticket(
            each.id,
            each.participant,
            each.kind,
            str(each.says),
            answers.moment(each.opened_us),
            answers.moment(each.due_us),
            answers.moment_if(each.taken_us),
            each.taken_by,
            answers.moment_if(each.escalated_us),
        )
        for each in page
    )
    return answers.told(request, Tickets(items, following))


def _decision(each: records.Decision) -> Decision:
    return Decision(
        id=each.id,
        decided=answers.moment(each.state.at_us),
        policy=each.policy,
        policy_version=each.policy_version,
        probability=each.probability,
        reasons=each.reasons,
        template=each.template,
        text=each.text,
    )
