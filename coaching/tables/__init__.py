"""The coach's own tables; giving, circles, challenges and coaches have theirs beside them."""

from coaching.tables.days import features, goals
from coaching.tables.metadata import metadata
from coaching.tables.post import addresses, messages, outbox, replies
from coaching.tables.prompting import beliefs, decisions, outcomes, pools
from coaching.tables.questions import answers, asked
from coaching.tables.safety import ticket_steps, tickets
from coaching.tables.study import (
    agenda,
    documents,
    enrolments,
    pauses,
    protocol_locks,
    requests_done,
    snoozes,
)

__all__ = [
    "addresses",
    "agenda",
    "answers",
    "asked",
    "beliefs",
    "decisions",
    "documents",
    "enrolments",
    "features",
    "goals",
    "messages",
    "metadata",
    "outbox",
    "outcomes",
    "pauses",
    "pools",
    "protocol_locks",
    "replies",
    "requests_done",
    "snoozes",
    "ticket_steps",
    "tickets",
]
