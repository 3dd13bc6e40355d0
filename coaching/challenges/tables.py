"""What challenges keep. Nothing here is ever deleted: trophies stay."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from coaching.tables.sentences import Sentences

metadata = MetaData()

challenges = Table(
    "challenges",
    metadata,
    Column("id", String, primary_key=True),
    Column("offer", String, nullable=False),
    Column("terms", LargeBinary, nullable=False),  # as JSON: a protocol may change
    Column("invited", LargeBinary, nullable=False),  # sides, as JSON; none: every team
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("started_by", String, nullable=False),
    Column("started_us", BigInteger, nullable=False),
    Column("ended_us", BigInteger),
    Index("challenges_by_day", "last_day"),
)


def _tally() -> list[Column[int]]:
    """Return the columns of a `Tally`."""
    names = ("effort", "counted", "reached", "steps", "open_days")
    return [Column(name, BigInteger, nullable=False, server_default="0") for name in names]


challenge_sides = Table(
    "challenge_sides",
    metadata,
    Column("challenge", String, ForeignKey("challenges.id"), primary_key=True),
    Column("side", String, primary_key=True),
    Column("members", Integer, nullable=False, server_default="0"),
    Column("reached_us", BigInteger),  # when its trophies were given
    Column("score", BigInteger),  # how it stands; none: nothing is known yet
    Column("says", Sentences, nullable=False, server_default='[""]'),
    *_tally(),
)

challenge_members = Table(
    "challenge_members",
    metadata,
    Column("challenge", String, ForeignKey("challenges.id"), primary_key=True),
    Column("participant", String, primary_key=True),
    Column("side", String, nullable=False),
    Column("from_day", Date, nullable=False),
    Column("joined_us", BigInteger, nullable=False),
    Column("left_us", BigInteger),
    *_tally(),
    Index("challenge_members_by_person", "participant"),
    Index("challenge_members_by_side", "challenge", "side"),
)

trophies = Table(
    "trophies",
    metadata,
    Column("challenge", String, ForeignKey("challenges.id"), primary_key=True),
    Column("participant", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("says", Sentences, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Index("trophies_by_person", "participant", "at_us"),
)
