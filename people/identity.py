"""Who is known, in which role, and the one place that knows their names."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select

from people.errors import Conflict, NotKnown
from people.sentence import Sentence, say
from people.tables import identities, persons


class Role(StrEnum):
    """What someone is here for."""

    PARTICIPANT = "participant"
    COACH = "coach"
    RESEARCHER = "researcher"
    OPERATOR = "operator"
    SPONSOR = "sponsor"  # pays for gifts, and learns nothing of who gave them
    SYSTEM = "system"  # the coaching engine; nobody signs in as it


@dataclass(frozen=True, slots=True)
class Person:
    """Someone, by pseudonym."""

    id: str
    role: Role


def add_person(db: Connection, person: Person, now_us: int) -> None:
    """Make someone known; raise Conflict when the pseudonym is taken."""
    if person.role is Role.SYSTEM:
        raise Conflict(say("the system is no person"))
    if find_person(db, person.id):
        raise Conflict(say("%(who)s is known already", who=person.id))
    row = {"id": person.id, "role": person.role.value, "added_us": now_us}
    db.execute(insert(persons).values(row))


def find_person(db: Connection, person_id: str) -> Person | None:
    """Return who goes by that pseudonym."""
    role = db.scalar(select(persons.c.role).where(persons.c.id == person_id))
    return None if role is None else Person(person_id, Role(role))


def check_person(db: Connection, person_id: str, role: Role) -> str:
    """Return the pseudonym; raise NotKnown when nobody of that role goes by it."""
    found = find_person(db, person_id)
    if found is None or found.role is not role:
        raise NotKnown(
            say("no %(role)s goes by %(who)s", role=Sentence(role.value), who=person_id)
        )
    return person_id


def persons_of(db: Connection, role: Role) -> tuple[str, ...]:
    """Return everyone of a role."""
    query = select(persons.c.id).where(persons.c.role == role.value)
    return tuple(db.scalars(query.order_by(persons.c.id)))


def set_name(db: Connection, person_id: str, name: str, email: str | None = None) -> None:
    """Keep what someone is called and how they are reached."""
    forget_identity(db, person_id)
    row = {"person": person_id, "name": name, "email": email}
    db.execute(insert(identities).values(row))


def forget_identity(db: Connection, person_id: str) -> None:
    """Leave only the pseudonym."""
    db.execute(delete(identities).where(identities.c.person == person_id))


def names_of(db: Connection, person_ids: Iterable[str]) -> dict[str, str]:
    """Return what each is called; the pseudonym where no name is kept."""
    names = {person_id: person_id for person_id in person_ids}
    query = select(identities.c.person, identities.c.name)
    found = db.execute(query.where(identities.c.person.in_(names)))
    return names | dict(found.all())


def name_of(db: Connection, person_id: str) -> str:
    """Return what someone is called; the pseudonym where no name is kept."""
    return names_of(db, [person_id])[person_id]
