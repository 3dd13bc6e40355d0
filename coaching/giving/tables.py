"""What points, giving and circles keep. Nothing here is ever deleted."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData()

points = Table(
    "points",
    metadata,
    Column("participant", String, primary_key=True),
    Column("rule", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("points", Integer, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)

causes = Table(
    "causes",
    metadata,
    Column("participant", String, primary_key=True),
    Column(
        "choice", Integer, primary_key=True, autoincrement=False
    ),  # 1, 2, ...: the last holds
    Column("cause", String, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)

#: Whether points go to a team's pot: 1, 2, ...: the last holds.
pooling = Table(
    "pooling",
    metadata,
    Column("participant", String, primary_key=True),
    Column("choice", Integer, primary_key=True, autoincrement=False),
    Column("team", String),  # none: they give by themselves
    Column("at_us", BigInteger, nullable=False),
)

#: What sponsors pay for.
pledges = Table(
    "pledges",
    metadata,
    Column("reference", String, primary_key=True),
    Column("sponsor", String, nullable=False),
    Column("cause", String, nullable=False),
    Column("vouchers", Integer, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Index("pledges_by_sponsor", "sponsor"),
)

vouchers = Table(
    "vouchers",
    metadata,
    Column("id", String, primary_key=True),
    Column("code", String, nullable=False, unique=True),  # for sponsors: it names no giver
    Column("participant", String, nullable=False),  # or "team:...", "challenge:..."
    Column("number", Integer, nullable=False),
    Column("cause", String, nullable=False),
    Column("points", Integer, nullable=False),
    Column("crossed_us", BigInteger, nullable=False),
    Column("activated_us", BigInteger),
    Column("redeemed_us", BigInteger),
    Column("delivered_us", BigInteger),
    UniqueConstraint("participant", "number"),
    Index("vouchers_by_cause", "cause", "crossed_us"),
)

ledger_transactions = Table(
    "ledger_transactions",
    metadata,
    Column("key", String, primary_key=True),
    Column("at_us", BigInteger, nullable=False),
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("key", String, ForeignKey("ledger_transactions.key"), primary_key=True),
    Column("account", String, primary_key=True),
    Column("unit", String, nullable=False),
    Column("amount", Integer, nullable=False),
    Index("ledger_entries_by_account", "account"),
)

cheers = Table(
    "cheers",
    metadata,
    Column("sender", String, primary_key=True),
    Column("receiver", String, primary_key=True),
    Column("day", Date, primary_key=True),  # the sender's
    Column("at_us", BigInteger, nullable=False),
    Index("cheers_by_receiver", "receiver", "at_us"),
)

interactions = Table(
    "interactions",
    metadata,
    Column("participant", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("about", String, primary_key=True),
    Column("with_whom", String, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("channel", String, nullable=False),
    Index("interactions_by_time", "participant", "at_us"),
)
