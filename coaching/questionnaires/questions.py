"""Questionnaires on their way: asked when due, under the same manners as any message."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from coaching import grounds as grounds_of
from coaching.agenda import Due, What
from coaching.daytime import DAY_US, HOUR_US, next_us
from coaching.grounds import Grounds
from coaching.members import Member
from coaching.post import posting
from coaching.post.posting import Letter
from coaching.protocol import Protocol
from coaching.questionnaires.instruments import Instrument
from coaching.tables import answers, asked
from people.registry import Calendar

OCCASION = "questions"
_WEEK_US = 7 * DAY_US


@dataclass(frozen=True, slots=True)
class Asked:
    """A questionnaire that was put to somebody."""

    id: int
    participant: str
    instrument: str
    version: int
    protocol: str  # hash, by which its codebook is found
    asked_us: int
    expires_us: int
    finished_us: int | None
    skipped_us: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, with the version of what was asked."""

    participant: str
    instrument: str
    version: int
    protocol: str
    item: str
    value: str
    asked_us: int
    at_us: int
    asked: int  # the id of what was asked


def first_due(member: Member, calendar: Calendar, protocol: Protocol) -> list[Due]:
    """Return when a newcomer is asked what."""
    starts = {
        "baseline": member.enrolled_us,
        "weekly": member.enrolled_us + _WEEK_US,
        "exit": member.until_us - _WEEK_US,
    }
    return [
        Due(member.participant, What.ASK, name, next_us(calendar, each.at, starts[each.when]))
        for name, each in protocol.questionnaires.items()
    ]


def again_us(calendar: Calendar, at: time, due_us: int) -> int:
    """Return when a weekly questionnaire comes again."""
    return next_us(calendar, at, due_us + _WEEK_US - DAY_US // 2)


def ask(db: Connection, due: Due, grounds: Grounds, now_us: int) -> None:
    """Put a questionnaire to somebody, unless its time is over."""
    instrument = grounds.protocol.questionnaires.get(due.ref)
    if instrument is None:
        return
    expires_us = due.due_us + instrument.open_h * HOUR_US
    if now_us >= expires_us:
        return
    row = {
        "participant": due.participant,
        "instrument": due.ref,
        "version": instrument.version,
        "protocol": grounds.protocol_digest,
        "asked_us": now_us,
        "expires_us": expires_us,
    }
    made = db.execute(insert(asked).values(row).returning(asked.c.id)).scalar_one()
    grounds_of.keep(db, grounds)
    (template,) = grounds.library.fitting(OCCASION)
    source = f"{OCCASION}:{made}"
    letter = Letter(due.participant, source, "coach", template.id, expires_us)
    posting.post(db, letter, grounds, now_us)


def open_to(db: Connection, participant: str, now_us: int) -> list[Asked]:
    """Return what somebody may answer now, the oldest first."""
    query = select(asked).where(
        asked.c.participant == participant,
        asked.c.expires_us > now_us,
        asked.c.finished_us.is_(None),
        asked.c.skipped_us.is_(None),
    )
    return [_asked(row) for row in db.execute(query.order_by(asked.c.asked_us, asked.c.id))]


def asked_of(db: Connection, participant: str) -> list[Asked]:
    """Return everything that was put to a participant, in order."""
    query = select(asked).where(asked.c.participant == participant)
    return [_asked(row) for row in db.execute(query.order_by(asked.c.id))]


def finish(db: Connection, each: Asked, given: Mapping[str, str], now_us: int) -> None:
    """Keep answers; what was not answered was skipped."""
    rows = [
        {"asked": each.id, "item": item, "value": value, "at_us": now_us}
        for item, value in given.items()
    ]
    if rows:
        db.execute(insert(answers), rows)
    db.execute(update(asked).where(asked.c.id == each.id).values(finished_us=now_us))


def skip(db: Connection, each: Asked, now_us: int) -> None:
    """Note that somebody does not want to answer it."""
    db.execute(update(asked).where(asked.c.id == each.id).values(skipped_us=now_us))


def answers_of(db: Connection, participant: str) -> list[Answer]:
    """Return everything a participant answered, in order."""
    columns = (asked.c.participant, asked.c.instrument, asked.c.version, asked.c.protocol)
    query = (
        select(
            *columns,
            answers.c.item,
            answers.c.value,
            asked.c.asked_us,
            answers.c.at_us,
            asked.c.id,
        )
        .join(answers, answers.c.asked == asked.c.id)
        .where(asked.c.participant == participant)
        .order_by(asked.c.id, answers.c.item)
    )
    return [Answer(*row) for row in db.execute(query)]


def instruments_of(
    protocol: Protocol, found: Iterable[Asked]
) -> list[tuple[Asked, Instrument]]:
    """Return each with its questions, as far as this version of the study still has them."""
    known = protocol.questionnaires
    return [
        (each, known[each.instrument])
        for each in found
        if each.instrument in known and known[each.instrument].version == each.version
    ]


def _asked(row: Row[Any]) -> Asked:
    return Asked(*(getattr(row, name) for name in Asked.__slots__))
