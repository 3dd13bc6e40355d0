"""What is kept of coaches: credentials, what they offer, ratings. No rating is ever deleted."""

from sqlalchemy import BigInteger, Column, Date, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

credentials = Table(
    "credentials",
    metadata,
    Column("coach", String, primary_key=True),
    Column("credential", String, primary_key=True),  # as the operator saw it
    Column("valid_until", Date, nullable=False),
    Column("verified_us", BigInteger, nullable=False),
    Column("verified_by", String, nullable=False),
)

coach_profiles = Table(
    "coach_profiles",
    metadata,
    Column("coach", String, primary_key=True),
    Column("languages", String, nullable=False),  # codes, separated by spaces
    Column("topics", String, nullable=False),
    Column("most_people", Integer, nullable=False),
)

ratings = Table(
    "ratings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("participant", String, nullable=False),
    Column("coach", String, nullable=False),
    Column("stars", Integer, nullable=False),  # 1 to 5
    Column("comment", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("term_us", BigInteger, nullable=False),  # when the first one of its term was given
    Column("replaced_us", BigInteger),  # when another one took its place
    Column("reply", Text),
    Column("replied_us", BigInteger),
    Index("ratings_by_coach", "coach", "at_us"),
    Index("ratings_by_person", "participant", "coach", "at_us"),
)

#: What coaches write down about people; what was struck is kept, and shown to nobody.
notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("participant", String, nullable=False),
    Column("coach", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("struck_us", BigInteger),
    Index("notes_by_person", "participant", "at_us"),
)

#: Who dealt with which flag, and how.
deals = Table(
    "deals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("participant", String, nullable=False),
    Column("coach", String, nullable=False),
    Column("how", String, nullable=False),
    Column("to", String),
    Column("flag", String, nullable=False),  # its kind: another one stands for itself
    Column("at_us", BigInteger, nullable=False),
    Column("until_us", BigInteger, nullable=False),
    Column("undone_us", BigInteger),
    Column("undone_by", String),
    Index("deals_by_person", "participant", "until_us"),
)

looks = Table(
    "looks",
    metadata,
    Column("coach", String, primary_key=True),
    Column("participant", String, primary_key=True),
    Column("at_us", BigInteger, nullable=False),
)

#: People to whom nothing of the bot goes before a coach has seen it.
supervised = Table(
    "supervised",
    metadata,
    Column("participant", String, primary_key=True),
    Column("coach", String, nullable=False),  # who wanted it
    Column("since_us", BigInteger, nullable=False),
)

#: What became of drafts.
draft_steps = Table(
    "draft_steps",
    metadata,
    Column("message", Integer, primary_key=True),
    Column("coach", String, nullable=False),
    Column("what", String, nullable=False),  # "approved" | "edited" | "held"
    Column("bot_template", String, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)
