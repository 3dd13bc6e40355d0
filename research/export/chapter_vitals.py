"""What somebody measured at home, one reading at a time."""

from collections.abc import Iterator
from typing import Any, Final

from analytics import scores
from analytics.scores import TOLD, Reading
from people.authorize import Topic
from research.export.case import Case, Piece
from research.export.chapter_people import device_numbers
from research.export.layout import Column, Layout, always, consent_version, moment, participant

_READ: Final = "analytics.readings"

VITAL_SIGNS: Final = Layout(
    "vital_signs",
    "One row a reading: weight, blood pressure, temperature, oxygen saturation",
    ("participant", "reading"),
    (
        participant(),
        always("reading", "integer", "number among this person's readings, from 1", _READ),
        Column("kind", "category", "what was measured", _READ, "", True, tuple(TOLD)),
        *moment("taken", "when", _READ),
        always("device", "integer", "number, as in devices", _READ),
        always("value", "number", "in the unit beside it; the systolic pressure", _READ),
        Column("second", "number", "the diastolic pressure; null: of no other kind", _READ),
        always("unit", "category", "of both", _READ),
        always("doubted", "boolean", "the device had something against it", _READ),
        consent_version(topic="vital_signs"),
    ),
)


def pieces(case: Case) -> Iterator[Piece]:
    """Yield what there is of this table."""
    if case.has(Topic.VITAL_SIGNS):
        numbers = device_numbers(case)
        found = enumerate(_readings(case), start=1)
        yield VITAL_SIGNS.name, [_row(case, n, each, numbers) for n, each in found]


def trace(case: Case) -> list[dict[str, Any]]:
    """Return what others may have seen lie about at somebody's: what they measure with."""
    if not case.has(Topic.VITAL_SIGNS):
        return []
    return [{"kind": kind} for kind in sorted({each.stream for each in _readings(case)})]


def _readings(case: Case) -> list[Reading]:
    span_us = (case.member.enrolled_us, case.member.until_us)
    found = scores.readings(case.db, [case.who], *span_us)
    return sorted(found, key=lambda each: (each.at_us, each.stream, each.device))


def _row(case: Case, number: int, read: Reading, devices: dict[str, int]) -> dict[str, Any]:
    return {
        **case.stands_on(Topic.VITAL_SIGNS),
        "reading": number,
        "kind": read.stream,
        **case.time.moment("taken", read.at_us),
        "device": devices[read.device],
        "value": read.value,
        "second": read.second,
        "unit": TOLD[read.stream].unit,
        "doubted": read.quality != 0,
    }
