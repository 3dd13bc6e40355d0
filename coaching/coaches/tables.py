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
    Column("reply", Text),
    Column("replied_us", BigInteger),
    Index("ratings_by_coach", "coach", "at_us"),
    Index("ratings_by_person", "participant", "coach", "at_us"),
)
