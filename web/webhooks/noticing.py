"""What happened that somebody elsewhere wants to know: into the outbox, as it commits."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from analytics.scores import DayFact
from coaching import records
from people.authorize import visible
from web.webhooks import news, outbox, subscriptions
from web.webhooks.subscriptions import Kind, Webhook

_OF_DAYS: Final = frozenset({Kind.EPOCHS, Kind.SCORES})


def days(db: Connection, facts: Sequence[DayFact], now_us: int) -> None:
    """Queue what changed of people's days, in the transaction that changes it."""
    for hook in subscriptions.lasting(db):
        kinds = sorted(hook.kinds & _OF_DAYS)
        if kinds and facts:
            people = {fact.participant for fact in facts}
            seen = visible(db, hook.actor, people, news.NEEDS[kinds[0]][1], now_us)
            changed = [
                (kind, fact.participant, fact.day.isoformat())
                for fact in facts
                if fact.participant in seen
                for kind in kinds
            ]
            outbox.queue(db, hook.id, changed, now_us, outbox.GATHER_US)


def tickets(db: Connection, now_us: int) -> bool:
    """Queue what was done with red flags since we last looked; tell whether anything was."""
    waiting = [hook for hook in subscriptions.lasting(db) if Kind.TICKETS in hook.kinds]
    return sum(_steps(db, hook, now_us) for hook in waiting) > 0


def _steps(db: Connection, hook: Webhook, now_us: int) -> int:
    steps = records.ticket_steps(db, hook.step)
    if not steps:
        return 0
    topic = news.NEEDS[Kind.TICKETS][1]
    seen = visible(db, hook.actor, {who for _, who in steps}, topic, now_us)
    told = [(Kind.TICKETS, who, str(step)) for step, who in steps if who in seen]
    outbox.queue(db, hook.id, told, now_us, 0)
    subscriptions.looked(db, hook.id, steps[-1][0])
    return len(told)
