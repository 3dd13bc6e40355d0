"""What is written to people and what they write, and where they are reached."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from coaching.tables.metadata import metadata

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("participant", String, nullable=False),
    Column("source", String, nullable=False, unique=True),  # the same source never writes twice
    Column("sender", String, nullable=False),
    Column("occasion", String, nullable=False),
    Column("decision", Integer),  # its counter; none for a person's message
    Column("template", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("options", LargeBinary, nullable=False),
    Column("intended_us", BigInteger, nullable=False),
    Column("sent_us", BigInteger),  # since then it is in the inbox
    Column("pushed_us", BigInteger),  # none: it waits there without drawing attention
    Column("delivered_us", BigInteger),  # the first receipt of a channel
    Column("shown_us", BigInteger),
    Column("answered_us", BigInteger),
    Column("answer", String),
    Column("first_answered_us", BigInteger),
    Column("hidden_until_us", BigInteger, nullable=False, server_default="0"),
    Column("expires_us", BigInteger, nullable=False),
    Column("expired_us", BigInteger),
    Index("messages_by_person", "participant", "sent_us"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("key", String, primary_key=True),
    Column("message", Integer, nullable=False),
    Column("participant", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("address", String, nullable=False),  # its id
    Column("lock_text", String, nullable=False),  # no health data: a locked screen is public
    Column("queued_us", BigInteger, nullable=False),
    Column("next_us", BigInteger, nullable=False),  # when it is tried
    Column("expires_us", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("sent_us", BigInteger),
    Column("ref", String),  # by which a receipt is asked for
    Column("delivered_us", BigInteger),
    Column("lost_us", BigInteger),  # noticed that no receipt came
    Column("failed_us", BigInteger),
    Column("why", String),
    Index("outbox_by_time", "next_us"),
    Index("outbox_by_person", "participant", "sent_us"),
)

#: What people wrote themselves.
replies = Table(
    "replies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("participant", String, nullable=False),
    Column("message", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Index("replies_by_message", "message"),
)

#: Where people are reached: names of people, like those in `identities`.
addresses = Table(
    "addresses",
    metadata,
    Column("id", String, primary_key=True),
    Column("participant", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("address", Text, nullable=False),
    Column("since_us", BigInteger, nullable=False),
    Index("addresses_by_person", "participant"),
)
