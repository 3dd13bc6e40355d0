"""Who takes part, in which arm, with which quiet hours and pauses."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from coaching.tables import enrolments, pauses


@dataclass(frozen=True, slots=True)
class Member:
    """One participant's place in the study."""

    participant: str
    arm: str
    enrolled_us: int
    until_us: int
    quiet_start_minute: int
    quiet_end_minute: int
    pushes_a_day: int | None = None  # none: as many as the study allows
    lowest_goal_steps: int | None = None  # the band they chose; none: the study's
    highest_goal_steps: int | None = None
    decisions_made: int = 0
    dose: float = 0.0  # of messages


def enrol(db: Connection, member: Member) -> None:
    """Take a participant in."""
    row = {name: getattr(member, name) for name in Member.__slots__}
    db.execute(insert(enrolments).values(row))


def read(db: Connection, participants: Collection[str]) -> dict[str, Member]:
    """Return those of these people who are enrolled."""
    query = select(enrolments).where(enrolments.c.participant.in_(participants))
    return {row.participant: _member(row) for row in db.execute(query)}


def one(db: Connection, participant: str) -> Member | None:
    """Return a participant's place, or None for a stranger."""
    return read(db, [participant]).get(participant)


def count_decisions(db: Connection, made: Sequence[tuple[str, int, float]]) -> None:
    """Remember how many decisions each person has had, and of what dose."""
    rows = [
        {"who": participant, "decisions_made": count, "dose": dose}
        for participant, count, dose in made
    ]
    db.execute(_COUNTED, rows)


def end_by(db: Connection, until_us: int) -> list[str]:
    """Let nobody stay in longer than this; return who would have."""
    longer = enrolments.c.until_us > until_us
    found = list(db.execute(select(enrolments.c.participant).where(longer)).scalars())
    db.execute(update(enrolments).where(longer).values(until_us=until_us))
    return sorted(found)


def arms_in_use(db: Connection) -> set[str]:
    """Return the arms that somebody is in."""
    return set(db.execute(select(enrolments.c.arm).distinct()).scalars())


def last_end_us(db: Connection) -> int | None:
    """Return when the last of them ends; None while nobody is in."""
    return db.execute(select(func.max(enrolments.c.until_us))).scalar()


def set_quiet_hours(
    db: Connection, participant: str, start_minute: int, end_minute: int
) -> None:
    """Choose when nothing is pushed."""
    chosen = update(enrolments).where(enrolments.c.participant == participant)
    db.execute(chosen.values(quiet_start_minute=start_minute, quiet_end_minute=end_minute))


def set_pushes(db: Connection, participant: str, pushes_a_day: int) -> None:
    """Choose how many pushes a day there may be at most."""
    chosen = update(enrolments).where(enrolments.c.participant == participant)
    db.execute(chosen.values(pushes_a_day=pushes_a_day))


def set_band(db: Connection, participant: str, lowest_steps: int, highest_steps: int) -> None:
    """Choose between which steps a goal may be."""
    chosen = update(enrolments).where(enrolments.c.participant == participant)
    db.execute(chosen.values(lowest_goal_steps=lowest_steps, highest_goal_steps=highest_steps))


def pause(db: Connection, participant: str, from_us: int, until_us: int, reason: str) -> None:
    """Begin a pause; one that lasts already ends where the new one begins."""
    resume(db, participant, from_us)
    row = {
        "participant": participant,
        "from_us": from_us,
        "until_us": until_us,
        "reason": reason,
    }
    db.execute(insert(pauses).values(row))


def resume(db: Connection, participant: str, at_us: int) -> bool:
    """End a pause now; tell whether there was one."""
    lasting = (pauses.c.participant == participant) & (pauses.c.until_us > at_us)
    ended = db.execute(update(pauses).where(lasting).values(until_us=at_us)).rowcount
    db.execute(delete(pauses).where(pauses.c.until_us <= pauses.c.from_us))
    return ended > 0


def pauses_between(
    db: Connection, participants: Collection[str], start_us: int, end_us: int
) -> dict[str, list[tuple[int, int]]]:
    """Return each person's pauses that touch a span of time."""
    touching = (pauses.c.from_us < end_us) & (pauses.c.until_us > start_us)
    query = select(pauses).where(pauses.c.participant.in_(participants), touching)
    found: dict[str, list[tuple[int, int]]] = {}
    for row in db.execute(query):
        found.setdefault(row.participant, []).append((row.from_us, row.until_us))
    return found


_COUNTED = (
    update(enrolments)
    .where(enrolments.c.participant == bindparam("who"))
    .values(decisions_made=bindparam("decisions_made"), dose=bindparam("dose"))
)


def _member(row: Row[Any]) -> Member:
    return Member(*(getattr(row, name) for name in Member.__slots__))
