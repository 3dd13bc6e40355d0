"""All of a person who leaves: erased in the store at once, in the archive as it seals."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Column, Connection, Table, delete, or_, select

from ingest.archive import Archive, Gone
from ingest.store import Store
from kindstep.tables import METADATAS
from people import registry
from people.registry import Topic, ViewerKind, Withdrawal

#: What stays under the pseudonym, which names nobody any more, and why.
KEPT: Final[Mapping[str, str]] = {
    "persons": "that there was somebody, so that nobody else gets the pseudonym",
    "consents": "the proof of what was allowed, and that nothing is now",
    "withdrawals": "the proof that it was erased",
    "wearings": "until the archive is done: what they wore, and when",
    "points": "the ledger of giving balances against them",
    "causes": "whom their gifts went to",
    "pooling": "whose pot their points went to",
    "vouchers": "a sponsor paid for them",
    "ledger_entries": "double entry: nothing is ever taken out",
    "ledger_transactions": "double entry: nothing is ever taken out",
    "ratings": "how a coach is rated stays; it never told who rated",
    "challenges": "others take part in what they started",
}
_COLUMNS: Final = ("participant", "person", "subject", "other", "author", "sender", "receiver")
_ALSO: Final = ("with_whom", "inviter", "reporter")
_MARGIN_US: Final = 2 * 3_600_000_000  # by then the log has sealed what was in it


def erase(db: Connection, person: str, by: str, now_us: int) -> Withdrawal:
    """Erase somebody in the store, and note it; raise Conflict for who left already."""
    for device in registry.devices_of(db, person, now_us):
        registry.release(db, device, now_us)
    for topic in Topic:
        for viewer in ViewerKind:
            registry.consent(db, person, topic, viewer, granted=False, at_us=now_us)
    rows = _of_what_they_own(db, person)
    for metadata in METADATAS:
        for table in reversed(metadata.sorted_tables):
            rows += _of(db, table, person)
    return registry.withdraw(db, person, by, rows, now_us)


def from_archive(store: Store, archive: Archive, now_us: int) -> int:
    """Take who left out of what is sealed by now; return how many files that changed."""
    with store.reading() as db:
        spans = registry.worn_by_who_left(db)
    if not spans:
        return 0
    files = archive.forget(Gone(spans), now_us)
    before_us = now_us - _MARGIN_US
    store.write(lambda db: registry.archived_no_more(db, before_us, files, now_us))
    return files


def columns_of(table: Table) -> list[Column[str]]:
    """Return the columns in which a table says whose a row is."""
    return [table.c[name] for name in (*_COLUMNS, *_ALSO) if name in table.c]


def _of(db: Connection, table: Table, person: str) -> int:
    whose = columns_of(table)
    if not whose or table.name in KEPT:
        return 0
    theirs = or_(*(column == person for column in whose))
    return db.execute(delete(table).where(theirs)).rowcount


#: Rows that hang on rows of theirs, by the column that says on which.
_HANGING: Final = (
    ("reports", "comment", "comments", "author"),
    ("likes", "entry", "feed", "author"),
    ("answers", "asked", "asked", "participant"),
    ("ticket_steps", "ticket", "tickets", "participant"),
    ("draft_steps", "message", "messages", "participant"),
)


def _of_what_they_own(db: Connection, person: str) -> int:
    """Erase what others said to what is theirs, before that goes itself."""
    tables = {table.name: table for metadata in METADATAS for table in metadata.sorted_tables}
    rows = 0
    comments, feed, reports = tables["comments"], tables["feed"], tables["reports"]
    on_theirs = comments.c.entry.in_(select(feed.c.id).where(feed.c.author == person))
    said = select(comments.c.id).where(on_theirs)
    rows += db.execute(delete(reports).where(reports.c.comment.in_(said))).rowcount
    rows += db.execute(delete(comments).where(on_theirs)).rowcount
    for name, column, owner, whose in _HANGING:
        table, owners = tables[name], tables[owner]
        mine = select(owners.c.id).where(owners.c[whose] == person)
        rows += db.execute(delete(table).where(table.c[column].in_(mine))).rowcount
    return rows
