"""Decisions, what followed them, and what was learned."""

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

decisions = Table(
    "decisions",
    metadata,
    Column("participant", String, primary_key=True),
    Column("counter", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("occasion", String, nullable=False),
    Column("due_us", BigInteger, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("epoch_us", BigInteger),
    Column("state", LargeBinary, nullable=False),
    Column("reasons", LargeBinary, nullable=False),
    Column("options", LargeBinary, nullable=False),
    Column("policy", String, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("protocol", String, nullable=False),
    Column("library", String, nullable=False),
    Column("site_seed", BigInteger, nullable=False),
    Column("probability", Float, nullable=False),
    Column("draw", Float, nullable=False),
    Column("choice_draw", Float, nullable=False),
    Column("template", String),
    Column("text", Text),
)

#: What followed a decision; it may come late, so it stands apart from the record.
outcomes = Table(
    "outcomes",
    metadata,
    Column("participant", String, primary_key=True),
    Column("counter", Integer, primary_key=True),
    Column("start_us", BigInteger, nullable=False),
    Column("minutes", Integer, nullable=False, server_default="0"),  # of thirty, counted
    Column("steps", Integer),  # of these minutes; none: none was counted
    Column("measured_us", BigInteger),
    Column("learned_us", BigInteger),  # when it became part of a belief
    Index("outcomes_by_time", "participant", "start_us"),
)

#: What the learned policy believes of a person: each version goes on from the one before.
beliefs = Table(
    "beliefs",
    metadata,
    Column("participant", String, primary_key=True),
    Column("rule", String, primary_key=True),  # hash of the policy, which `documents` keeps
    Column("version", Integer, primary_key=True),
    Column("made_us", BigInteger, nullable=False),
    Column("pool", Integer),  # where version 0 began; none: as the policy says
    Column("points", Integer, nullable=False),  # decisions it was learned from
    Column("counters", LargeBinary, nullable=False),  # those that were new in it
    Column("steps", LargeBinary, nullable=False),  # what followed each, as known then
    Column("mean", LargeBinary, nullable=False),  # float64, little-endian
    Column("covariance", LargeBinary, nullable=False),
)

#: What was believed of everyone together, for newcomers to begin with.
pools = Table(
    "pools",
    metadata,
    Column("rule", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("made_us", BigInteger, nullable=False),
    Column("people", Integer, nullable=False),
    Column("mean", LargeBinary, nullable=False),
    Column("covariance", LargeBinary, nullable=False),
)
