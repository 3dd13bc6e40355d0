"""What coaches write down about a person, for each other."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from coaching.coaches.tables import notes

LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Note:
    """One note."""

    id: int
    coach: str
    text: str
    at_us: int


def write(db: Connection, participant: str, coach: str, text: str, now_us: int) -> None:
    """Keep a note."""
    row = {"participant": participant, "coach": coach, "text": text, "at_us": now_us}
    db.execute(insert(notes).values(row))


def strike(db: Connection, participant: str, coach: str, note: int, now_us: int) -> bool:
    """Take a note back; tell whether there was such a one of theirs."""
    theirs = (notes.c.id == note) & (notes.c.coach == coach)
    standing = (notes.c.participant == participant) & notes.c.struck_us.is_(None)
    struck = update(notes).where(theirs, standing).values(struck_us=now_us)
    return db.execute(struck).rowcount > 0


def of(db: Connection, participant: str) -> list[Note]:
    """Return a person's notes, the latest first."""
    standing = (notes.c.participant == participant) & notes.c.struck_us.is_(None)
    columns = (notes.c.id, notes.c.coach, notes.c.text, notes.c.at_us)
    query = select(*columns).where(standing).order_by(notes.c.at_us.desc(), notes.c.id.desc())
    return [Note(*row) for row in db.execute(query)]
