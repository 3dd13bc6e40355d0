"""Who takes part, what they wear, and what they agreed to."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from analytics import scores
from people import registry
from people.authorize import Topic
from people.registry import ViewerKind
from research.deidentify.profile import Profile
from research.deidentify.quasi import Coarseness
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

_PROFILE: Final = "people.profiles"
_DAY_US: Final = 86_400_000_000
_OUTSIDE: Final = "withheld: too few share it"

PARTICIPANTS: Final = Layout(
    "participants",
    "One row a participant of whom anything is in this package",
    ("participant",),
    (
        participant(),
        always("arm", "category", "arm of the study", "coaching.enrolments"),
        Column("age", "category", f"band at enrolment, 90+ is one; {_OUTSIDE}", _PROFILE, "a"),
        Column("sex", "category", f"as formulas need it; {_OUTSIDE}", _PROFILE),
        Column("placement", "category", f"of the tracker; {_OUTSIDE}", "people.placements"),
        Column("language", "category", f"of messages; {_OUTSIDE}", _PROFILE),
        Column("enrolled_year", "category", f"year of study day 1; {_OUTSIDE}", "coaching"),
        Column(
            "zone", "category", "time zone at enrolment", "people.zones", only=Profile.EXPERT
        ),
        Column(
            "study_days",
            "integer",
            "how long the study is to last: told, it dates whoever joined before a known end",
            "coaching",
            "d",
            only=Profile.EXPERT,
        ),
        Column(
            "withheld",
            "category",
            "tables without this person's rows, that nobody stands out; words apart",
            "the gate",
        ),
        *(
            always(
                f"shares_{topic.value}",
                "boolean",
                f"{topic.value} may be exported: where it is absent, there was none",
                "people.consents",
            )
            for topic in Topic
        ),
    ),
)
DEVICES: Final = Layout(
    "devices",
    "What a participant wore, device by device",
    ("participant", "device", "span"),
    (
        participant(),
        always(
            "device",
            "integer",
            "number among this person's devices, from 1",
            "people",
        ),
        always("span", "integer", "number among this device's spans, from 1", "people"),
        Column("streams", "category", "what was heard from it, words apart", "analytics.lanes"),
        Column(
            "imported",
            "category",
            "whose export brought it; null: a gateway heard it",
            "people.wearings",
            values=tuple(scores.IMPORTED.values()),
        ),
        *week("from", "put on", "people.wearings"),
        *week("until", "taken off for good; null: not yet", "people.wearings"),
        consent_version(topic="activity"),
    ),
)
CONSENTS: Final = Layout(
    "consents",
    "Everything a participant said about what research may have, in order",
    ("participant", "topic", "version"),
    (
        participant(),
        Column(
            "topic", "category", "what it is about", "people.consents", "", True, tuple(Topic)
        ),
        always("version", "integer", "1 is what was said at enrolment", "people.consents"),
        always("granted", "boolean", "what was said", "people.consents"),
        *moment("said", "when", "people.consents"),
    ),
)


def pieces(case: Case, coarseness: Coarseness, withheld: Sequence[str]) -> Iterator[Piece]:
    """Yield what there is of these tables; `withheld` are those without this person's rows."""
    yield PARTICIPANTS.name, [_participant(case, coarseness, withheld)]
    yield CONSENTS.name, [_consent(case, said) for said in _said(case)]
    if case.has(Topic.ACTIVITY):
        yield DEVICES.name, list(_devices(case))


def trace(case: Case) -> list[dict[str, Any]]:
    """Return what others may have seen someone wear."""
    return list(_devices(case)) if case.has(Topic.ACTIVITY) else []


def _participant(case: Case, coarseness: Coarseness, withheld: Sequence[str]) -> dict[str, Any]:
    told = coarseness.told(case.traits)
    if case.profile is Profile.EXPERT:
        told = {
            **told,
            "zone": registry.zone_at(case.db, case.who, case.member.enrolled_us),
            "study_days": (case.member.until_us - case.member.enrolled_us) // _DAY_US,
        }
    return {
        "participant": case.name,
        "arm": case.member.arm,
        **told,
        "withheld": " ".join(withheld) or None,
        **{f"shares_{topic.value}": topic in case.granted for topic in Topic},
    }


def _said(case: Case) -> list[registry.Consent]:
    said = registry.consents_of(case.db, case.who)
    return [each for each in said if each.viewer is ViewerKind.RESEARCH]


def _consent(case: Case, said: registry.Consent) -> dict[str, Any]:
    return {
        "participant": case.name,
        "topic": said.topic.value,
        "version": said.version,
        "granted": said.granted,
        **case.time.moment("said", said.at_us),
    }


def device_numbers(case: Case) -> dict[str, int]:
    """Return what a person wore, each by its number, from 1."""
    worn = (each.device for each in registry.wearings_of(case.db, case.who))
    return {device: number for number, device in enumerate(dict.fromkeys(worn), start=1)}


def _devices(case: Case) -> Iterator[dict[str, Any]]:
    streams = scores.streams_of(case.db, case.who)
    numbers = device_numbers(case)
    spans: dict[str, int] = {}
    for worn in registry.wearings_of(case.db, case.who):
        if worn.until_us is not None and worn.until_us <= case.member.enrolled_us:
            continue
        spans[worn.device] = spans.get(worn.device, 0) + 1
        yield {
            **case.stands_on(Topic.ACTIVITY),
            "device": numbers[worn.device],
            "span": spans[worn.device],
            "streams": " ".join(streams.get(worn.device, ())),
            "imported": scores.imported_from(worn.device),
            **case.time.week("from", case.since(worn.from_us)),
            **case.time.week("until", worn.until_us),
        }
