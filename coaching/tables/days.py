"""Goals, and social features that were left to chance."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
)

from coaching.tables.metadata import metadata

goals = Table(
    "goals",
    metadata,
    Column("participant", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("steps", Integer, nullable=False),
    Column("reason", String, nullable=False),
    Column("inputs", LargeBinary, nullable=False),  # what the rule saw, as JSON
    Column("protocol", String, nullable=False),
    Column("decided_us", BigInteger, nullable=False),
    Column("done_steps", Integer),  # none: nothing counted them
    Column("done_valid", Boolean, nullable=False),
    Column("verdict", String, nullable=False),
    Column("verdict_us", BigInteger),
    Column("near_us", BigInteger),  # the minute that came near the goal
)

#: Social features that were left to chance, one row for each of a person's day.
features = Table(
    "features",
    metadata,
    Column("participant", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("feature", String, primary_key=True),
    Column("days_in", Integer, nullable=False),  # by which it was drawn
    Column("odds", Float, nullable=False),
    Column("draw", Float, nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("protocol", String, nullable=False),
    Column("site_seed", BigInteger, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)
