"""What people chose, what is due, and by which documents: the study itself."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from coaching.tables.metadata import metadata

#: What a decision was made by, kept under its hash: protocols and message libraries.
documents = Table(
    "documents",
    metadata,
    Column("digest", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

enrolments = Table(
    "enrolments",
    metadata,
    Column("participant", String, primary_key=True),
    Column("arm", String, nullable=False),
    Column("enrolled_us", BigInteger, nullable=False),
    Column("until_us", BigInteger, nullable=False),
    Column("quiet_start_minute", Integer, nullable=False),
    Column("quiet_end_minute", Integer, nullable=False),
    Column("pushes_a_day", Integer),  # none: as many as the study allows
    Column("lowest_goal_steps", Integer),  # the band they chose; none: the study's
    Column("highest_goal_steps", Integer),
    Column("decisions_made", Integer, nullable=False, server_default="0"),
    Column("dose", Float, nullable=False, server_default="0"),
)

pauses = Table(
    "pauses",
    metadata,
    Column("participant", String, primary_key=True),
    Column("from_us", BigInteger, primary_key=True),
    Column("until_us", BigInteger, nullable=False),
    Column("reason", String, nullable=False),
)

#: What people want to hear nothing of for a while; no occasion: everything.
snoozes = Table(
    "snoozes",
    metadata,
    Column("participant", String, primary_key=True),
    Column("occasion", String, primary_key=True),
    Column("until_us", BigInteger, nullable=False),
)

#: Everything that will fall due, in one list with one index.
agenda = Table(
    "agenda",
    metadata,
    Column("participant", String, primary_key=True),
    Column("what", String, primary_key=True),
    Column("ref", String, primary_key=True),
    Column("due_us", BigInteger, nullable=False),
    Index("agenda_by_due", "due_us"),
)

#: Keys of requests that took effect, so that none does twice.
requests_done = Table(
    "requests_done",
    metadata,
    Column("participant", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("at_us", BigInteger, nullable=False, index=True),
)

#: Which protocol a study may run by; the last row holds.
protocol_locks = Table(
    "protocol_locks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("who", String, nullable=False),
    Column("reason", Text, nullable=False),
)
