"""What is kept about people: one pseudonym each, and their name in one table only."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
)

metadata = MetaData()

persons = Table(
    "persons",
    metadata,
    Column("id", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("added_us", BigInteger, nullable=False),
)

#: The only place with names and addresses; everything else speaks of pseudonyms.
identities = Table(
    "identities",
    metadata,
    Column("person", String, ForeignKey("persons.id"), primary_key=True),
    Column("name", String, nullable=False),
    Column("email", String),
)

profiles = Table(
    "profiles",
    metadata,
    Column("person", String, ForeignKey("persons.id"), primary_key=True),
    Column("age_years", Integer),
    Column("age_band", String),
    Column("resting_bpm", Float),
    Column("language", String, nullable=False),
    Column("sex", String),
)

placements = Table(
    "placements",
    metadata,
    Column("person", String, ForeignKey("persons.id"), primary_key=True),
    Column("from_us", BigInteger, primary_key=True),
    Column("placement", String),
)

zones = Table(
    "zones",
    metadata,
    Column("person", String, ForeignKey("persons.id"), primary_key=True),
    Column("from_us", BigInteger, primary_key=True),
    Column("zone", String, nullable=False),
)

wearings = Table(
    "wearings",
    metadata,
    Column("device", String, primary_key=True),
    Column("from_us", BigInteger, primary_key=True),
    Column("until_us", BigInteger),
    Column("participant", String, ForeignKey("persons.id"), nullable=False),
)
Index("wearings_by_participant", wearings.c.participant, wearings.c.from_us)
# Two hubs at once could both pass the check for overlaps, but then share the open end.
Index(
    "wearings_open",
    wearings.c.device,
    unique=True,
    sqlite_where=wearings.c.until_us.is_(None),
    postgresql_where=wearings.c.until_us.is_(None),
)

relations = Table(
    "relations",
    metadata,
    Column("kind", String, primary_key=True),
    Column("subject", String, ForeignKey("persons.id"), primary_key=True),
    Column("other", String, primary_key=True),  # a person, or a team's name
    Column("from_us", BigInteger, primary_key=True),
    Column("until_us", BigInteger),
)
Index("relations_by_other", relations.c.other, relations.c.kind)

consents = Table(
    "consents",
    metadata,
    Column("participant", String, ForeignKey("persons.id"), primary_key=True),
    Column("topic", String, primary_key=True),
    Column("viewer", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("granted", Boolean, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)

#: Who left, and how far it is done: the proof that stays.
withdrawals = Table(
    "withdrawals",
    metadata,
    Column("person", String, ForeignKey("persons.id"), primary_key=True),
    Column("at_us", BigInteger, nullable=False),
    Column("by", String, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("archive_us", BigInteger),
    Column("archive_files", Integer, nullable=False),
)
