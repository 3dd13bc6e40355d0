"""From decision points to what is in the inbox: sense, decide, record, send."""

from collections.abc import Sequence

from sqlalchemy import Connection

from coaching import agenda, members
from coaching import grounds as grounds_of
from coaching.agenda import Due, What
from coaching.daytime import MINUTE_US
from coaching.grounds import Grounds
from coaching.learned import outcomes
from coaching.messages.library import Library
from coaching.policies.terms import DOSE_KEPT
from coaching.post import delivery, inbox
from coaching.post import drafts as supervised
from coaching.post.message import COACH, Draft
from coaching.prompts import decisions
from coaching.prompts.decisions import Decision
from coaching.prompts.point import Point
from coaching.prompts.sensing import sense


def consider(
    db: Connection, points: Sequence[Point], grounds: Grounds, now_us: int
) -> list[Decision]:
    """Decide at each point, one a person; write it down and send what was decided."""
    if not points:
        return []
    states = sense(db, points, grounds, now_us)
    made = [decisions.decide(state, grounds) for state in states]
    grounds_of.keep(db, grounds)
    decisions.record(db, made)
    outcomes.expect(db, made)
    members.count_decisions(db, [_counted(decision) for decision in made])
    _send(db, [decision for decision in made if decision.template], grounds, now_us)
    return made


def _counted(made: Decision) -> tuple[str, int, float]:
    state, sent = made.state, made.template is not None
    return state.participant, state.counter + 1, DOSE_KEPT * state.dose + sent


def _send(db: Connection, made: Sequence[Decision], grounds: Grounds, now_us: int) -> None:
    if not made:
        return
    words = [grounds.words(decision.state.language) for decision in made]
    drafts = [_draft(each, grounds, library) for each, library in zip(made, words, strict=True)]
    ids = inbox.write(db, drafts)
    held = supervised.among(db, [draft.participant for draft in drafts])
    lock_texts = {
        ids[draft.source]: library.lock_text
        for draft, library in zip(drafts, words, strict=True)
        if draft.participant not in held
    }
    delivery.send(db, list(lock_texts), now_us)
    delivery.push(db, lock_texts, now_us)
    agenda.put(db, [expiry(d.participant, ids[d.source], d.expires_us) for d in drafts])


def expiry(participant: str, message_id: int, expires_us: int) -> Due:
    """Return the entry by which a message is taken back."""
    return Due(participant, What.EXPIRE, str(message_id), expires_us)


def _draft(decision: Decision, grounds: Grounds, library: Library) -> Draft:
    state, template = decision.state, decision.template or ""
    return Draft(
        participant=state.participant,
        source=f"decision:{decision.id}",
        sender=COACH,
        occasion=state.occasion,
        template=template,
        text=decision.text or "",
        options=library.answers_to(template),
        intended_us=state.due_us,
        expires_us=state.at_us + grounds.protocol.prompts.expiry_min * MINUTE_US,
        decision=state.counter,
    )
