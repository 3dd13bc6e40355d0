"""What analytics keeps: minutes, days, scores, and how far it has read."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

metadata = MetaData()

epoch_hours = Table(
    "epoch_hours",
    metadata,
    Column("participant", String, primary_key=True),
    Column("hour_us", BigInteger, primary_key=True, autoincrement=False),
    Column("device", String, primary_key=True),
    Column("minutes", LargeBinary, nullable=False),  # 60 of epochs.MINUTE
)

#: What a device tells one at a time. A second value: diastolic pressure.
readings = Table(
    "readings",
    metadata,
    Column("participant", String, primary_key=True),
    Column("at_us", BigInteger, primary_key=True, autoincrement=False),
    Column("stream", String, primary_key=True),
    Column("device", String, primary_key=True),
    Column("value", Float, nullable=False),
    Column("second", Float),
    Column("quality", Integer, nullable=False),
    Column("received_us", BigInteger, nullable=False),
)

day_facts = Table(
    "day_facts",
    metadata,
    Column("participant", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("zone", String, nullable=False),
    Column("start_us", BigInteger, nullable=False),
    Column("end_us", BigInteger, nullable=False),
    Column("steps", Integer, nullable=False),
    Column("step_minutes", Integer, nullable=False),
    Column("sampled_minutes", Integer, nullable=False),
    Column("wear_minutes", Integer, nullable=False),
    Column("moderate_minutes", Integer, nullable=False),
    Column("vigorous_minutes", Integer, nullable=False),
    Column("deci_points", Integer, nullable=False),
    Column("heart_minutes", Integer, nullable=False),
    Column("resting_bpm", Integer),
    Column("zone_1_minutes", Integer),
    Column("zone_2_minutes", Integer),
    Column("zone_3_minutes", Integer),
    Column("zone_4_minutes", Integer),
    Column("zone_5_minutes", Integer),
    Column("trimp", Float),
    Column("data_minutes", Integer, nullable=False),
    Column("not_worn_minutes", Integer, nullable=False),
    Column("judged_not_worn_minutes", Integer, nullable=False),
    Column("fault_minutes", Integer, nullable=False),
    Column("last_minute_us", BigInteger),
    Column("heard_until_us", BigInteger),
    Column("valid", Boolean, nullable=False),
    Column("complete", Boolean, nullable=False),
)
Index("day_facts_open", day_facts.c.complete, day_facts.c.end_us)

#: From noon to noon, by the day of waking.
nights = Table(
    "nights",
    metadata,
    Column("participant", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("start_us", BigInteger, nullable=False),
    Column("end_us", BigInteger, nullable=False),
    Column("sleep_start_us", BigInteger),
    Column("sleep_end_us", BigInteger),
    Column("asleep_minutes", Integer),
    Column("resting_bpm", Integer),
    Column("beats_kept", Integer, nullable=False),
    Column("rmssd_ms", Float),
    Column("sdnn_ms", Float),
    Column("spo2_minutes", Integer, nullable=False),
    Column("mean_spo2_percent", Float),
    Column("lowest_spo2_percent", Float),
    Column("odi_3", Float),
    Column("odi_4", Float),
)

#: Nights of which something was heard since they were made, if they were.
nights_due = Table(
    "nights_due",
    metadata,
    Column("participant", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("over_us", BigInteger, nullable=False),
)
Index("nights_due_over", nights_due.c.over_us)

#: Days in which something changed since they were computed, and when it first did.
days_due = Table(
    "days_due",
    metadata,
    Column("participant", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("since_us", BigInteger, nullable=False),
)
Index("days_due_since", days_due.c.since_us)

scores = Table(
    "scores",
    metadata,
    Column("participant", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("score", Integer),
    Column("provisional", Boolean, nullable=False),
    Column("mem_minutes", Integer, nullable=False),
    Column("mean_steps", Integer),
    Column("valid_days", Integer, nullable=False),
    Column("tier", String, nullable=False),
    Column("coverage_percent", Integer, nullable=False),
    Column("missing", String, nullable=False),  # words with a space between
)

#: How far each stream was heard. A device that counts its samples has a memory.
lanes = Table(
    "lanes",
    metadata,
    Column("participant", String, primary_key=True),
    Column("device", String, primary_key=True),
    Column("stream", String, primary_key=True),
    Column("counted", Boolean, nullable=False),
    Column("heard_until_us", BigInteger, nullable=False),
    Column("received_us", BigInteger, nullable=False),
)

#: Samples a device counted and nobody has brought yet.
holes = Table(
    "holes",
    metadata,
    Column("participant", String, primary_key=True),
    Column("device", String, primary_key=True),
    Column("stream", String, primary_key=True),
    Column("boot", BigInteger, primary_key=True),
    Column("first", BigInteger, primary_key=True),
    Column("until", BigInteger, nullable=False),
    Column("from_us", BigInteger, nullable=False),
    Column("until_us", BigInteger, nullable=False),
)

#: Days that late data came for, until they are scored again; or why they never will be.
rescores = Table(
    "rescores",
    metadata,
    Column("participant", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("refused", String),
)

shard_rows = Table(
    "shard_rows",
    metadata,
    Column("participant", String, primary_key=True),
    Column("device", String, primary_key=True),
    Column("shard", Integer, nullable=False),
    Column("state", LargeBinary, nullable=False),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("reader", String, primary_key=True),
    Column("position", BigInteger, nullable=False),
)
