"""What happened to a person since a coach last looked."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from sqlalchemy import Connection, select

from coaching.coaches.tables import looks
from coaching.days.goals import Verdict
from coaching.daytime import day_of_year
from coaching.tables import goals, messages, replies
from ingest.store import upsert
from people import registry
from people.authorize import TOPIC_WORDS, Topic
from people.registry import ViewerKind
from people.sentence import Sentence, say

_SHOWN_TO: Final = ViewerKind.COACH
_JUDGED: Final = (Verdict.REACHED, Verdict.MISSED)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is new."""

    at_us: int
    says: Sentence


def look(db: Connection, coach: str, participant: str, now_us: int) -> None:
    """Note that a coach looked."""
    row = {"coach": coach, "participant": participant, "at_us": now_us}
    db.execute(upsert(db, looks), row)


def looked_us(db: Connection, coach: str, participant: str) -> int | None:
    """Return when a coach last looked."""
    theirs = (looks.c.coach == coach) & (looks.c.participant == participant)
    return db.scalar(select(looks.c.at_us).where(theirs))


def since(
    db: Connection, participant: str, since_us: int, topics: Collection[Topic]
) -> list[Change]:
    """Return what is new of these topics, the latest first."""
    found = [
        change
        for topic, tell in _TELLERS.items()
        if topic in topics
        for change in tell(db, participant, since_us)
    ]
    found += _consents(db, participant, since_us)
    return sorted(found, key=lambda change: change.at_us, reverse=True)


def _words(db: Connection, participant: str, since_us: int) -> Iterator[Change]:
    mine = messages.c.participant == participant
    answered = select(messages.c.answered_us, messages.c.answer)
    for at_us, answer in db.execute(answered.where(mine, messages.c.answered_us > since_us)):
        yield Change(at_us, say("answered “%(answer)s”", answer=answer))
    wrote = select(replies.c.at_us, replies.c.text)
    theirs = replies.c.participant == participant
    for at_us, text in db.execute(wrote.where(theirs, replies.c.at_us > since_us)):
        yield Change(at_us, say("wrote “%(text)s”", text=text))


def _goals(db: Connection, participant: str, since_us: int) -> Iterator[Change]:
    told = (goals.c.verdict_us > since_us) & goals.c.verdict.in_(_JUDGED)
    query = select(goals.c.verdict_us, goals.c.verdict, goals.c.day)
    for at_us, verdict, day in db.execute(
        query.where(goals.c.participant == participant, told)
    ):
        when = day_of_year(day)
        if verdict == Verdict.REACHED:
            yield Change(at_us, say("reached the goal of %(day)s", day=when))
        else:
            yield Change(at_us, say("missed the goal of %(day)s", day=when))


def _consents(db: Connection, participant: str, since_us: int) -> Iterator[Change]:
    for said in registry.consents_of(db, participant):
        if said.at_us > since_us and said.viewer is _SHOWN_TO:
            topic = TOPIC_WORDS[said.topic]
            if said.granted:
                yield Change(said.at_us, say("shares %(topic)s with coaches", topic=topic))
            else:
                yield Change(
                    said.at_us, say("no longer shares %(topic)s with coaches", topic=topic)
                )


_Tell: TypeAlias = Callable[[Connection, str, int], Iterator[Change]]
_TELLERS: Final[Mapping[Topic, _Tell]] = {Topic.PROMPTS: _words, Topic.ACTIVITY: _goals}
