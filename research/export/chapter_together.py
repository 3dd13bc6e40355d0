"""What people did together, earned and gave."""

from collections.abc import Collection, Iterator
from typing import Any, Final

from coaching import records
from coaching.records import Voucher
from people import registry
from people.authorize import Topic
from people.registry import Role
from research.deidentify.profile import Profile
from research.export.case import Case, Piece
from research.export.layout import (
    Column,
    Layout,
    always,
    consent_version,
    moment,
    participant,
    week,
)

_TOGETHER: Final = "coaching.interactions"
_EARNED: Final = "coaching.points"
_GIVEN: Final = "coaching.vouchers"
#: Marks what one did towards another, whether it was returned or not.
_SENT: Final = "_sent"
#: What someone does together with their coach stands on the consent to messages.
_WITH_COACH: Final = frozenset({"coach", "staff"})
#: What whoever had a part in an event knows of it.
_WITNESSED: Final = ("kind", "with", "done_week")

SOCIAL_EVENTS: Final = Layout(
    "social_events",
    "Interactions in which both had a part, and what somebody did towards another",
    ("participant", "event"),
    (
        participant(),
        always("event", "integer", "number among this person's events, from 1", _TOGETHER),
        always("kind", "category", "what they did; _sent: one way, by this person", _TOGETHER),
        always("with", "category", "participant, staff, or coach: the engine", _TOGETHER),
        Column(
            "partner",
            "category",
            "pseudonym of one whose circle is told as well; null: no such",
            _TOGETHER,
            only=Profile.EXPERT,
        ),
        *week("done", "when", _TOGETHER),
        consent_version(topic="circle; with staff and coach: messages"),
    ),
)
POINTS: Final = Layout(
    "points",
    "Points that rules of the protocol paid, each once a day",
    ("participant", "study_day", "rule"),
    (
        participant(),
        always("study_day", "integer", "the day they were paid for", _EARNED, "d"),
        always("rule", "category", "of the protocol", _EARNED),
        always("points", "integer", "how many", _EARNED, "1"),
        *moment("paid", "when; later than the day when data came late", _EARNED),
        consent_version(topic="giving"),
    ),
)
DONATIONS: Final = Layout(
    "donations",
    "One row a gift that points activated",
    ("participant", "number"),
    (
        participant(),
        always("number", "integer", "of this person's gifts, from 1", _GIVEN),
        always("cause", "category", "whom it is for", _GIVEN),
        always("points", "integer", "it took", _GIVEN, "1"),
        always("state", "category", "how far it has come", _GIVEN),
        *week("crossed", "the points sufficed", _GIVEN),
        *week("activated", "a sponsor paid; null: it waits for one", _GIVEN),
        consent_version(topic="giving"),
    ),
)


def pieces(case: Case, nameable: Collection[str]) -> Iterator[Piece]:
    """Yield what there is of these tables; nobody is named but those in `nameable`."""
    yield SOCIAL_EVENTS.name, list(_events(case, nameable))
    if case.has(Topic.GIVING):
        yield POINTS.name, [_award(case, each) for each in records.awards(case.db, case.who)]
        given = records.vouchers(case.db, case.who)
        yield DONATIONS.name, [_voucher(case, each) for each in given]


def events_trace(case: Case) -> list[dict[str, Any]]:
    """Return what others had a part in; what someone did with the engine nobody saw."""
    alone = records.COACH
    events = (each for each in _events(case, ()) if each["with"] != alone)
    return [{name: each[name] for name in _WITNESSED} for each in events]


def trace(case: Case) -> list[dict[str, Any]]:
    """Return what others may have seen someone give."""
    if not case.has(Topic.GIVING):
        return []
    return [_voucher(case, each) for each in records.vouchers(case.db, case.who)]


def _events(case: Case, nameable: Collection[str]) -> Iterator[dict[str, Any]]:
    both = [(e.at_us, e.kind, e.with_whom) for e in records.interactions(case.db, case.who)]
    alone = [(e.at_us, f"{e.kind}{_SENT}", e.to) for e in records.gestures(case.db, case.who)]
    for number, (at_us, kind, other) in enumerate(sorted([*both, *alone]), start=1):
        partner = _partner(case, other)
        topic = Topic.MESSAGES if partner in _WITH_COACH else Topic.CIRCLE
        if case.has(topic):
            known = case.profile is Profile.EXPERT and other in nameable
            yield {
                **case.stands_on(topic),
                "event": number,
                "kind": kind,
                "with": partner,
                "partner": case.names.participant(other) if known else None,
                **case.time.week("done", at_us),
            }


def _partner(case: Case, other: str) -> str:
    if other == records.COACH:
        return records.COACH
    person = registry.find_person(case.db, other)
    return "participant" if person is not None and person.role is Role.PARTICIPANT else "staff"


def _award(case: Case, award: records.Award) -> dict[str, Any]:
    return {
        **case.stands_on(Topic.GIVING),
        "study_day": case.time.day_of(award.day),
        "rule": award.rule,
        "points": award.points,
        **case.time.moment("paid", award.at_us),
    }


def _voucher(case: Case, voucher: Voucher) -> dict[str, Any]:
    return {
        **case.stands_on(Topic.GIVING),
        "number": voucher.number,
        "cause": voucher.cause,
        "points": voucher.points,
        "state": voucher.state.value,
        **case.time.week("crossed", voucher.crossed_us),
        **case.time.week("activated", voucher.activated_us),
    }
