"""Whom a participant was tied to, and the challenges they took part in."""

from collections.abc import Collection, Iterator
from typing import Any, Final

from coaching import records
from coaching.records import Played
from people import registry
from people.authorize import Topic
from people.registry import RelationKind, Tie
from research.deidentify.profile import Profile
from research.export.case import Case, Piece
from research.export.layout import Column, Layout, always, consent_version, participant, week

_TIES: Final = "people.relations"
_PLAYED: Final = "coaching.challenges"

TIES: Final = Layout(
    "ties",
    "One row a team that a participant was in, or a friendship that both wanted",
    ("participant", "tie"),
    (
        participant(),
        always("tie", "integer", "number among this person's ties, from 1", _TIES),
        always("kind", "category", "team or friend", _TIES),
        Column(
            "other",
            "category",
            "pseudonym of the team, or of a friend whose circle is told as well",
            _TIES,
            only=Profile.EXPERT,
        ),
        *week("from", "began", _TIES),
        *week("until", "ended; null: it lasts", _TIES),
        consent_version(topic="circle"),
    ),
)
CHALLENGES: Final = Layout(
    "challenges",
    "One row a challenge that a participant joined, with what they brought to it",
    ("participant", "number"),
    (
        participant(),
        always("number", "integer", "among this person's challenges, from 1", _PLAYED),
        always("kind", "category", "of the protocol's kinds", _PLAYED),
        Column(
            "challenge",
            "category",
            "pseudonym: the same for all who are in it",
            _PLAYED,
            only=Profile.EXPERT,
        ),
        Column(
            "side", "category", "pseudonym of the team or person", _PLAYED, only=Profile.EXPERT
        ),
        *week("joined", "when", _PLAYED),
        *week("left", "given up; null: not", _PLAYED),
        always("lasts_days", "integer", "from its first day to its last", _PLAYED, "d"),
        always("counted_days", "integer", "of theirs that counted", _PLAYED, "d"),
        always("reached_days", "integer", "of them, with the own goal reached", _PLAYED, "d"),
        Column(
            "mean_effort",
            "number",
            "steps over the own goal a day, 1.2 at most; null: no day counted",
            _PLAYED,
            "1",
        ),
        always("trophy", "boolean", "it brought one", _PLAYED),
        consent_version(topic="circle and activity (that of circle)"),
    ),
)
#: What others may have watched of it.
_WATCHED: Final = ("kind", "joined_week", "left_week")


def pieces(case: Case, nameable: Collection[str]) -> Iterator[Piece]:
    """Yield what there is of these tables; nobody is named but those in `nameable`."""
    if case.has(Topic.CIRCLE):
        yield TIES.name, list(_ties(case, nameable))
    if case.has(Topic.CIRCLE, Topic.ACTIVITY):  # efforts tell of steps
        yield CHALLENGES.name, list(_played(case))


def ties_trace(case: Case) -> list[dict[str, Any]]:
    """Return what others may have seen of someone's ties."""
    if not case.has(Topic.CIRCLE):
        return []
    return [{**row, "other": None} for row in _ties(case, ())]


def challenges_trace(case: Case) -> list[dict[str, Any]]:
    """Return what others may have seen someone join."""
    if not case.has(Topic.CIRCLE, Topic.ACTIVITY):
        return []
    return [{name: row.get(name) for name in _WATCHED} for row in _played(case)]


def _ties(case: Case, nameable: Collection[str]) -> Iterator[dict[str, Any]]:
    since_us = case.member.enrolled_us
    ties = registry.ties_of(case.db, case.who)
    told = (each for each in ties if each.until_us is None or each.until_us > since_us)
    for number, tie in enumerate(told, start=1):
        yield {
            **case.stands_on(Topic.CIRCLE),
            "tie": number,
            "kind": tie.kind.value,
            "other": _other(case, tie, nameable),
            **case.time.week("from", case.since(tie.from_us)),
            **case.time.week("until", tie.until_us),
        }


def _other(case: Case, tie: Tie, nameable: Collection[str]) -> str | None:
    if case.profile is not Profile.EXPERT:
        return None
    if tie.kind is RelationKind.TEAM:
        return case.names.group(tie.other)
    return case.names.participant(tie.other) if tie.other in nameable else None


def _played(case: Case) -> Iterator[dict[str, Any]]:
    for number, each in enumerate(records.played(case.db, case.who), start=1):
        yield {
            **case.stands_on(Topic.CIRCLE),
            "number": number,
            "kind": each.kind,
            **_named(case, each),
            **case.time.week("joined", each.member.joined_us),
            **case.time.week("left", each.left_us),
            "lasts_days": each.challenge.terms.days,
            **_brought(each),
            "trophy": each.has_trophy,
        }


def _named(case: Case, each: Played) -> dict[str, Any]:
    if case.profile is not Profile.EXPERT:
        return {}
    names, side = case.names, each.member.side
    by_person = each.challenge.terms.by_person
    return {
        "challenge": names.group(each.challenge.id),
        "side": names.participant(side) if by_person else names.group(side),
    }


def _brought(each: Played) -> dict[str, Any]:
    tally = each.member.tally
    effort = tally.mean_effort
    return {
        "counted_days": tally.counted,
        "reached_days": tally.reached,
        "mean_effort": None if effort is None else effort / 1000,
    }
