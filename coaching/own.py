"""What people said and did, for themselves to take home: each table as it is kept."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from sqlalchemy import Column, Connection, Select, Table, select

from coaching.challenges.tables import challenge_members, trophies
from coaching.circles.tables import comments, feed, likes
from coaching.coaches.tables import notes, ratings
from coaching.giving.tables import cheers
from coaching.tables import answers, asked, replies
from people.sentence import Sentence

Row: TypeAlias = Mapping[str, Any]

_OF: Final[Mapping[str, tuple[Table, Column[str]]]] = {
    "replies": (replies, replies.c.participant),
    "feed": (feed, feed.c.author),
    "comments": (comments, comments.c.author),
    "likes": (likes, likes.c.person),
    "cheers": (cheers, cheers.c.sender),
    "challenges": (challenge_members, challenge_members.c.participant),
    "trophies": (trophies, trophies.c.participant),
    "ratings": (ratings, ratings.c.participant),
    "notes": (notes, notes.c.participant),
}


def said_and_done(db: Connection, participant: str) -> Iterator[tuple[str, list[Row]]]:
    """Yield each table by name with the rows of one person, in a lasting order."""
    for name, (table, whose) in _OF.items():
        query = select(table).where(whose == participant)
        if name == "notes":
            query = query.where(notes.c.struck_us.is_(None))
        yield name, _rows(db, query.order_by(*table.primary_key))
    yield "questions", _rows(db, _questions(participant))


def _questions(participant: str) -> Select[*tuple[Any, ...]]:
    columns = (asked.c.instrument, asked.c.version, answers.c.item, answers.c.value)
    query = select(*columns, answers.c.at_us).join(answers, answers.c.asked == asked.c.id)
    return query.where(asked.c.participant == participant).order_by(asked.c.id, answers.c.item)


def _rows(db: Connection, query: Select[*tuple[Any, ...]]) -> list[Row]:
    return [
        {name: str(it) if isinstance(it, Sentence) else it for name, it in row.items()}
        for row in db.execute(query).mappings()
    ]
