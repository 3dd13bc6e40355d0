"""One participant as an export sees them: what they let research have, under another name."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import pyarrow as pa
from sqlalchemy import Connection

from analytics import scores
from analytics.scores import DayFact
from coaching.records import Member
from people import registry
from people.authorize import Action, Actor, Topic, allowed
from people.registry import Role, ViewerKind
from research.deidentify.profile import Profile
from research.deidentify.pseudonyms import Pseudonyms
from research.deidentify.quasi import Traits
from research.deidentify.study_time import StudyTime

Table: TypeAlias = pa.Table
Row: TypeAlias = Mapping[str, Any]
Rows: TypeAlias = (
    Sequence[Row] | Callable[[], Table]
)  # what takes long is made where it is packed
#: A piece of a table, by its name; pieces of one person come in order.
Piece: TypeAlias = tuple[str, Rows]


@dataclass(frozen=True, slots=True)
class Case:
    """One participant of an export."""

    db: Connection
    who: str  # never written anywhere
    name: str
    member: Member
    time: StudyTime
    granted: Mapping[Topic, int]  # what research may have, by the version of that consent
    traits: Traits
    profile: Profile
    names: Pseudonyms

    def has(self, *topics: Topic) -> bool:
        """Tell whether all of these were granted."""
        return self.granted.keys() >= set(topics)

    def stands_on(self, topic: Topic) -> dict[str, Any]:
        """Return whose row it is, and on which consent it stands."""
        return {"participant": self.name, "consent_version": self.granted[topic]}

    def since(self, at_us: int) -> int:
        """Return an instant, or that of enrolment: from before it nothing is told."""
        return max(at_us, self.member.enrolled_us)

    def heard_days(self) -> list[DayFact]:
        """Return the days of the study of which something was heard, in order."""
        since_us, until_us = self.member.enrolled_us, self.member.until_us
        return [
            day
            for day in scores.days_of(self.db, self.who)
            if day.data_minutes and day.end_us > since_us and day.start_us < until_us
        ]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for an export, of which kind."""

    actor: Actor
    profile: Profile
    names: Pseudonyms
    now_us: int


def cases(db: Connection, asker: Asker, members: Mapping[str, Member]) -> Iterator[Case]:
    """Yield whoever lets research have something, by the order of their pseudonyms."""
    joined = [who for who in registry.persons_of(db, Role.PARTICIPANT) if who in members]
    for who in sorted(joined, key=asker.names.participant):
        granted = _granted(db, asker, who)
        if granted:
            yield _case(db, asker, members[who], granted)


def _case(db: Connection, asker: Asker, member: Member, granted: Mapping[Topic, int]) -> Case:
    who, names = member.participant, asker.names
    calendar = registry.calendar(db, who)
    time = StudyTime(calendar, member.enrolled_us, asker.profile, names.shift_us(who))
    return Case(
        db=db,
        who=who,
        name=names.participant(who),
        member=member,
        time=time,
        granted=granted,
        traits=Traits.of(registry.profile(db, who), time.year),
        profile=asker.profile,
        names=names,
    )


def _granted(db: Connection, asker: Asker, who: str) -> dict[Topic, int]:
    """Return the topics of someone that may be exported, each with its consent's version."""
    newest = {
        said.topic: said.version
        for said in registry.consents_of(db, who)
        if said.viewer is ViewerKind.RESEARCH
    }
    return {
        topic: newest[topic]
        for topic in Topic
        if allowed(db, asker.actor, Action.EXPORT, who, topic, now_us=asker.now_us)
    }
