"""Who is told of news, and what of it has left."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

metadata = MetaData()

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("role", String, nullable=False),
    Column("token", String, nullable=False),  # its handle
    Column("url", String, nullable=False),
    Column("kinds", String, nullable=False),  # words with a space between
    Column("made_us", BigInteger, nullable=False),
    Column("step", BigInteger, nullable=False),  # of tickets: the last one looked at
    Column("ended_us", BigInteger),
    Column("why", String),  # it ended
)

deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", String, primary_key=True),
    Column("webhook", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("participant", String, nullable=False),
    Column("about", String, nullable=False),  # a day, or the step of a ticket
    Column("queued_us", BigInteger, nullable=False),
    Column("next_us", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("sent_us", BigInteger),
    Column("failed_us", BigInteger),  # given up
    Column("why", String),  # of the last try
)
Index(
    "webhook_deliveries_open",
    deliveries.c.sent_us,
    deliveries.c.failed_us,
    deliveries.c.next_us,
)
Index("webhook_deliveries_of", deliveries.c.webhook, deliveries.c.queued_us)

#: What was told of a day: the same is not told again.
told = Table(
    "webhook_told",
    metadata,
    Column("webhook", String, primary_key=True),
    Column("participant", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("digests", LargeBinary, nullable=False),
)
