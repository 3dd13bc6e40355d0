"""What circles keep: what was shared, said and reported, and invitations."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from coaching.tables.sentences import Sentences

metadata = MetaData()

feed = Table(
    "feed",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("author", String, nullable=False),
    Column("kind", String, nullable=False),  # "goal", "gift", "trophy"
    Column("about", String, nullable=False),  # which one; told twice it is still one
    Column("topic", String, nullable=False),  # whose consent lets the circle see it
    Column("says", Sentences, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    UniqueConstraint("author", "kind", "about"),
    Index("feed_by_author", "author", "at_us"),
    Index("feed_by_time", "at_us"),
)

likes = Table(
    "likes",
    metadata,
    Column("entry", Integer, ForeignKey("feed.id"), primary_key=True),
    Column("person", String, primary_key=True),
    Column("at_us", BigInteger, nullable=False),
)

comments = Table(
    "comments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry", Integer, ForeignKey("feed.id"), nullable=False),
    Column("author", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("hidden_us", BigInteger),  # taken down by whoever moderates
    Index("comments_by_entry", "entry", "at_us"),
)

reports = Table(
    "reports",
    metadata,
    Column("comment", Integer, ForeignKey("comments.id"), primary_key=True),
    Column("reporter", String, primary_key=True),
    Column("at_us", BigInteger, nullable=False),
    Column("resolved_us", BigInteger),
    Column("resolved_by", String),
)

invites = Table(
    "invites",
    metadata,
    Column("hash", String, primary_key=True),  # of the link's secret
    Column("inviter", String, nullable=False),
    Column("team", String),  # none: to be a friend
    Column("made_us", BigInteger, nullable=False),
    Column("expires_us", BigInteger, nullable=False),
    Column("joined_us", BigInteger),
    Index("invites_by_inviter", "inviter", "made_us"),
)
