"""Red flags that need a human."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from coaching.tables.metadata import metadata
from coaching.tables.sentences import Sentences

#: Red flags that need a human, and every step that was taken with one.
tickets = Table(
    "tickets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("participant", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("says", Sentences, nullable=False),
    Column("opened_us", BigInteger, nullable=False),
    Column("due_us", BigInteger, nullable=False),
    Column("taken_us", BigInteger),
    Column("taken_by", String),
    Column("escalated_us", BigInteger),
    Column("resolved_us", BigInteger),
    Column("resolved_by", String),
    Column("note", Text),
    Index("tickets_by_person", "participant", "opened_us"),
)

ticket_steps = Table(
    "ticket_steps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket", Integer, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("note", Text, nullable=False),
    Index("ticket_steps_by_ticket", "ticket"),
)
