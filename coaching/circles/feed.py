"""What a circle shares: days at the goal, gifts and trophies, with likes and comments.

An entry is shown to those of the author's circle whom the author lets see its topic, asked when
it is read. Whom one blocked, or is blocked by, is in no circle; whom one muted is left out.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, Row, Select, insert, select, tuple_

from coaching.circles import moderation
from coaching.circles.tables import comments, feed, likes
from ingest.store import insert_once
from people import registry
from people.authorize import Actor, Role, Topic, visible
from people.sentence import Sentence

LONGEST_COMMENT: Final = 280
_MANY: Final = 200  # from so large a circle on, the newest of all are looked through
_CHUNK: Final = 200


@dataclass(frozen=True, slots=True)
class Comment:
    """What someone said under an entry."""

    id: int
    author: str
    text: str
    at_us: int


@dataclass(frozen=True, slots=True)
class Entry:
    """Something of someone's circle."""

    id: int
    author: str
    kind: str
    topic: Topic
    says: Sentence
    at_us: int
    liked_by: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """What is to be shared; told twice it is one."""

    author: str
    kind: str
    about: str
    topic: Topic
    says: Sentence


def share(db: Connection, news: Collection[News], at_us: int) -> None:
    """Put entries into the authors' feeds."""
    for each in news:
        row = {
            "author": each.author,
            "kind": each.kind,
            "about": each.about,
            "topic": each.topic.value,
            "says": each.says,
            "at_us": at_us,
        }
        insert_once(db, feed, row)


def read(db: Connection, reader: str, now_us: int, limit: int = 20) -> list[Entry]:
    """Return what a participant may see of their circle and has not muted, the latest first."""
    circle = {*registry.circle_of(db, reader), reader} - registry.muted_by(db, reader)
    found: list[Entry] = []
    for entries in _latest(db, circle):
        found += _shown(db, reader, entries, now_us)
        if len(found) >= limit:
            break
    return _with_replies(db, reader, found[:limit], now_us)


def one(db: Connection, reader: str, entry_id: int, now_us: int) -> Entry | None:
    """Return an entry if the reader may see it."""
    row = db.execute(_entries().where(feed.c.id == entry_id)).first()
    if row is None:
        return None
    entry = _entry(row)
    circle = {*registry.circle_of(db, reader), reader}
    shown = _shown(db, reader, [entry], now_us) if entry.author in circle else []
    return shown[0] if shown else None


def like(db: Connection, entry_id: int, person: str, at_us: int) -> bool:
    """Like an entry; return False when it was liked already."""
    return insert_once(db, likes, {"entry": entry_id, "person": person, "at_us": at_us})


def comment(db: Connection, entry_id: int, author: str, text: str, at_us: int) -> int:
    """Say something under an entry; return the comment's id."""
    row = {"entry": entry_id, "author": author, "text": text, "at_us": at_us}
    return db.execute(insert(comments).values(row).returning(comments.c.id)).scalar_one()


def _latest(db: Connection, circle: Collection[str]) -> Iterator[list[Entry]]:
    """Yield entries of a circle, the latest first, some at a time."""
    if len(circle) < _MANY:
        query = _entries().where(feed.c.author.in_(circle)).limit(_CHUNK)
        yield [_entry(row) for row in db.execute(query)]
        return
    query = _entries().limit(_CHUNK)
    while rows := db.execute(query).all():
        yield [_entry(row) for row in rows if row.author in circle]
        place = (rows[-1].at_us, rows[-1].id)
        query = _entries().limit(_CHUNK).where(tuple_(feed.c.at_us, feed.c.id) < place)


def _shown(db: Connection, reader: str, entries: Sequence[Entry], now_us: int) -> list[Entry]:
    actor = Actor(reader, Role.PARTICIPANT)
    authors: dict[Topic, set[str]] = {}
    for each in entries:
        authors.setdefault(each.topic, set()).add(each.author)
    seen = {
        topic: visible(db, actor, people, topic, now_us) for topic, people in authors.items()
    }
    return [each for each in entries if each.author in seen[each.topic]]


def _with_replies(
    db: Connection, reader: str, entries: Sequence[Entry], now_us: int
) -> list[Entry]:
    ids = [each.id for each in entries]
    said = _comments(db, ids, moderation.reported_by(db, reader))
    liked = _likes(db, ids)
    known = _known(db, reader, said, liked, now_us)
    return [
        replace(
            each,
            liked_by=tuple(who for who in liked.get(each.id, ()) if who in known),
            comments=tuple(one for one in said.get(each.id, ()) if one.author in known),
        )
        for each in entries
    ]


def _known(
    db: Connection,
    reader: str,
    said: Mapping[int, Sequence[Comment]],
    liked: Mapping[int, Sequence[str]],
    now_us: int,
) -> set[str]:
    """Return whose replies are shown: of one's own circle, unless they keep to themselves."""
    people = {each.author for replies in said.values() for each in replies}
    people |= {who for names in liked.values() for who in names}
    actor = Actor(reader, Role.PARTICIPANT)
    return visible(db, actor, people, Topic.CIRCLE, now_us) - registry.muted_by(db, reader)


def _comments(
    db: Connection, ids: Sequence[int], spared: Collection[int]
) -> dict[int, list[Comment]]:
    query = select(comments).where(comments.c.entry.in_(ids), comments.c.hidden_us.is_(None))
    found: dict[int, list[Comment]] = {}
    for row in db.execute(query.order_by(comments.c.at_us, comments.c.id)):
        said = Comment(row.id, row.author, row.text, row.at_us)
        if said.id not in spared:
            found.setdefault(row.entry, []).append(said)
    return found


def _likes(db: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    query = select(likes.c.entry, likes.c.person).where(likes.c.entry.in_(ids))
    found: dict[int, list[str]] = {}
    for entry, person in db.execute(query.order_by(likes.c.at_us, likes.c.person)):
        found.setdefault(entry, []).append(person)
    return found


def _entries() -> Select[*tuple[object, ...]]:
    columns = (feed.c.id, feed.c.author, feed.c.kind, feed.c.topic, feed.c.says, feed.c.at_us)
    return select(*columns).order_by(feed.c.at_us.desc(), feed.c.id.desc())


def _entry(row: Row[*tuple[object, ...]]) -> Entry:
    return Entry(row.id, row.author, row.kind, Topic(row.topic), row.says, row.at_us)
