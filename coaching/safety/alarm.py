"""From a red flag to a human: the emergency text at once, a ticket, a timer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from coaching import agenda
from coaching.agenda import Due, What
from coaching.daytime import DAY_US, MINUTE_US
from coaching.grounds import Grounds
from coaching.post import delivery, inbox, outbox
from coaching.post.message import COACH, Draft
from coaching.prompts import prompting
from coaching.safety import tickets, watch
from coaching.safety.replies import red_flag
from coaching.safety.rules import Safety
from coaching.safety.tickets import Ticket
from coaching.safety.watch import Watch
from people import registry
from people.registry import Role
from people.sentence import Sentence, say

OCCASION = "safety"
_TELLS_COACH = "Someone in your panel needs you now."
_TELLS_ALL = "A red flag was not taken in time."


@dataclass(frozen=True, slots=True)
class RedFlag:
    """What was seen, by which `source` once."""

    participant: str
    kind: str
    says: Sentence  # to a coach
    source: str
    since_us: int  # when what it tells of began


def ring(db: Connection, flag: RedFlag, grounds: Grounds, now_us: int) -> bool:
    """Show the emergency text and call a human; tell whether this is news.

    Nothing happens while a human has the same already, nor for what one knew when they closed
    it. Quiet hours, breaks and the budget do not hold here.
    """
    rules = grounds.protocol.safety
    last = tickets.latest(db, flag.participant, flag.kind)
    if last is not None and (last.resolved_us is None or last.resolved_us > flag.since_us):
        return False
    source = flag.source if last is None else f"{flag.source}:{last.id}"
    if inbox.is_written(db, source):
        return False
    watching = watch.over(db, flag.participant, rules, now_us)
    message_id = _show(db, replace(flag, source=source), watching, grounds, now_us)
    if watching.coaches:
        due_us = now_us + rules.answer_min * MINUTE_US
        made = tickets.open_(db, flag.participant, flag.kind, flag.says, now_us, due_us)
        _look_again(db, flag.participant, made, due_us)
        outbox.tell(db, message_id, watching.coaches, _TELLS_COACH, now_us, f"!{made}")
    return True


def heed(
    db: Connection,
    participant: str,
    texts: Sequence[str],
    source: str,
    grounds: Grounds,
    now_us: int,
) -> str | None:
    """Look for red flags in what somebody wrote; return the emergency text if there are any."""
    rules = grounds.protocol.safety
    kinds = [red_flag(text, rules.phrases) for text in texts]
    found = sorted({kind for kind in kinds if kind is not None})
    for kind in found:
        about = f"{OCCASION}:{source}:{kind}"
        says = say("Wrote of: %(danger)s", danger=Sentence(kind))
        ring(db, RedFlag(participant, kind, says, about, now_us), grounds, now_us)
    return watch.over(db, participant, rules, now_us).emergency if found else None


def await_human(db: Connection, ticket: Ticket, rules: Safety, now_us: int) -> None:
    """Begin the time anew in which somebody is to take a ticket that nobody has."""
    due_us = now_us + rules.answer_min * MINUTE_US
    tickets.wait(db, ticket.id, due_us)
    _look_again(db, ticket.participant, ticket.id, due_us)


def escalate(db: Connection, ticket_id: int, rules: Safety, now_us: int) -> Ticket | None:
    """Call everybody when nobody has taken a ticket; return it, or None when somebody has.

    Where nobody is on duty they are called once more when somebody comes.
    """
    ticket = tickets.read(db, ticket_id)
    if ticket is None or ticket.taken_us is not None or ticket.resolved_us is not None:
        return None
    tickets.escalate(db, ticket_id, now_us)
    coaches = registry.persons_of(db, Role.COACH)
    everybody = (*coaches, *registry.persons_of(db, Role.OPERATOR))
    latest = inbox.last_of(db, ticket.participant, OCCASION)
    if latest is not None:
        outbox.tell(db, latest, everybody, _TELLS_ALL, now_us, f"!!{ticket_id}@{now_us}")
    shift_us = watch.next_shift_us(rules, now_us)
    if shift_us is not None and not watch.is_staffed(rules, now_us):
        _look_again(db, ticket.participant, ticket_id, shift_us)
    return ticket


def _look_again(db: Connection, participant: str, ticket_id: int, due_us: int) -> None:
    agenda.put(db, [Due(participant, What.ESCALATE, str(ticket_id), due_us)])


def _show(db: Connection, flag: RedFlag, watching: Watch, grounds: Grounds, now_us: int) -> int:
    words = grounds.words(registry.languages_of(db, [flag.participant])[flag.participant])
    draft = Draft(
        participant=flag.participant,
        source=flag.source,
        sender=COACH,
        occasion=OCCASION,
        template=OCCASION,
        text=f"{watching.emergency} {_who_comes(watching, words.watched, words.unwatched)}",
        options=(),
        intended_us=now_us,
        expires_us=now_us + DAY_US,
    )
    message_id = inbox.write(db, [draft])[flag.source]
    delivery.send(db, [message_id], now_us)
    delivery.push(db, {message_id: words.lock_text}, now_us)
    agenda.put(db, [prompting.expiry(flag.participant, message_id, draft.expires_us)])
    return message_id


def _who_comes(watching: Watch, watched: str, unwatched: str) -> str:
    if not watching.coaches:
        return unwatched
    return watched if watching.is_staffed else watching.outside_hours
