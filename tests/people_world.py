"""The people in the tests' world.

Ana, Ben and Chidi take part. Dana coaches Ana and Ben. Ana and Ben are friends; Ben and Chidi
are in the same team; Ana and Chidi are strangers. Eli studies them, Omar runs the machines.
"""

from contextlib import contextmanager

from sqlalchemy import create_engine

from people.registry import (
    OFFERED,
    Person,
    Relation,
    RelationKind,
    Role,
    Topic,
    ViewerKind,
    add_person,
    consent_at_enrolment,
    relate,
    set_name,
    set_zone,
)
from people.tables import metadata

START_US = 1_772_000_000_000_000  # 2026-02-25T06:13:20Z
ZONE = "America/Los_Angeles"
PARTICIPANTS = ("ana", "ben", "chidi")
STAFF = {"dana": Role.COACH, "eli": Role.RESEARCHER, "omar": Role.OPERATOR}
EVERYTHING = {topic: {v for v in ViewerKind if topic in OFFERED[v]} for topic in Topic}

ANA_AND_BEN = (
    Relation(RelationKind.FRIEND, "ana", "ben"),
    Relation(RelationKind.FRIEND, "ben", "ana"),
)
BEN_AND_CHIDI = (
    Relation(RelationKind.TEAM, "ben", "early birds"),
    Relation(RelationKind.TEAM, "chidi", "early birds"),
)
PANEL = (
    Relation(RelationKind.COACH, "ana", "dana"),
    Relation(RelationKind.COACH, "ben", "dana"),
)


def populate(db, *, now_us=START_US, shown_to=EVERYTHING):
    """Put everyone in place; `shown_to` is what the participants consented to at enrolment."""
    for name in PARTICIPANTS:
        add_person(db, Person(name, Role.PARTICIPANT), now_us)
        set_name(db, name, name.capitalize())
        set_zone(db, name, ZONE, now_us)
        consent_at_enrolment(db, name, shown_to, now_us)
    for name, role in STAFF.items():
        add_person(db, Person(name, role), now_us)
        set_name(db, name, name.capitalize())
    for relation in (*PANEL, *ANA_AND_BEN, *BEN_AND_CHIDI):
        relate(db, relation, now_us)


@contextmanager
def memory_db(*metadatas):
    """Open a database in memory with the tables of people and of `metadatas`."""
    engine = create_engine("sqlite://")
    try:
        with engine.connect() as db:
            for each in (metadata, *metadatas):
                each.create_all(db, checkfirst=False)
            yield db
    finally:
        engine.dispose()
