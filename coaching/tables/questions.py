"""Questionnaires that were put to people, and their answers."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from coaching.tables.metadata import metadata

#: Questionnaires that were put to people, and their answers.
asked = Table(
    "asked",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("participant", String, nullable=False),
    Column("instrument", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("protocol", String, nullable=False),
    Column("asked_us", BigInteger, nullable=False),
    Column("expires_us", BigInteger, nullable=False),
    Column("finished_us", BigInteger),
    Column("skipped_us", BigInteger),
    Index("asked_by_person", "participant", "asked_us"),
)

answers = Table(
    "answers",
    metadata,
    Column("asked", Integer, primary_key=True),
    Column("item", String, primary_key=True),
    Column("value", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)
