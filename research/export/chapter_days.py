"""Days, nights and scores, as the hub computed them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from analytics import scores
from analytics.scores import DayFact, Night
from people.authorize import Topic
from research.deidentify.study_time import MINUTE_US
from research.export.case import Case, Piece
from research.export.layout import Column, Layout, consent_version, participant
from research.export.stretches import Untold

_FACTS: Final = "analytics.day_facts"
_NIGHTS: Final = "analytics.nights"
_SCORES: Final = "analytics.scores"


def _day() -> Column:
    return Column(
        "study_day", "integer", "1 is the local day of enrolment", "people", "d", True
    )


def _minutes(name: str, meaning: str) -> Column:
    return Column(name, "integer", meaning, _FACTS, "min")


DAYS: Final = Layout(
    "days",
    "One row a local day of which something was heard; a day without a row is not known",
    ("participant", "study_day"),
    (
        participant(),
        _day(),
        Column("steps", "integer", "null: nothing could count them", _FACTS, "1"),
        _minutes("step_minutes", "worn minutes with a step counter"),
        _minutes("wear_minutes", "worn"),
        _minutes("not_worn_minutes", "not worn"),
        _minutes("fault_minutes", "the device was at fault"),
        _minutes("data_minutes", "with any data at all; the rest of the day is not known"),
        _minutes("moderate_minutes", "by heart-rate reserve, else by cadence"),
        _minutes("vigorous_minutes", "likewise"),
        Column("valid", "boolean", "worn for 10 hours or more", _FACTS),
        Column("complete", "boolean", "nothing of it was still to come", _FACTS),
        Column("score", "integer", "activity score of the week up to this day", _SCORES, "1"),
        Column("score_tier", "category", "what the score rests on", _SCORES),
        Column("score_valid_days", "integer", "valid days of that week", _SCORES, "d"),
        Column("score_provisional", "boolean", "few valid days", _SCORES),
        consent_version(topic="activity"),
        _minutes("heart_minutes", "worn with a heart rate"),
        Column("resting_bpm", "integer", "as used for the reserve", _FACTS, "1/min"),
        *(
            _minutes(f"zone_{n}_minutes", f"zone {n} of the heart-rate reserve")
            for n in range(1, 6)
        ),
        Column("trimp", "number", "Banister's training impulse", _FACTS, "1"),
        consent_version("heart_consent_version", "heart_rate"),
    ),
)
NIGHTS: Final = Layout(
    "nights",
    "One row a night, from noon to noon, by the day of waking",
    ("participant", "study_day"),
    (
        participant(),
        _day(),
        Column("sleep_from_minute", "integer", "window of sleep, from noon", _NIGHTS, "min"),
        Column("sleep_until_minute", "integer", "its end, from noon", _NIGHTS, "min"),
        Column(
            "asleep_minutes", "integer", "within the window; of a wrist only", _NIGHTS, "min"
        ),
        consent_version(topic="activity"),
        Column("resting_bpm", "integer", "lowest that held", _NIGHTS, "1/min"),
        Column("beats_kept", "integer", "intervals between beats that were used", _NIGHTS, "1"),
        Column("rmssd_ms", "number", "of successive differences", _NIGHTS, "ms"),
        Column("sdnn_ms", "number", "standard deviation of intervals", _NIGHTS, "ms"),
        Column("spo2_minutes", "integer", "with oxygen saturation", _NIGHTS, "min"),
        Column("mean_spo2_percent", "number", "oxygen saturation", _NIGHTS, "%"),
        Column("lowest_spo2_percent", "number", "likewise", _NIGHTS, "%"),
        Column("odi_3", "number", "desaturations by 3 % an hour", _NIGHTS, "1/h"),
        Column("odi_4", "number", "by 4 %", _NIGHTS, "1/h"),
        consent_version("heart_consent_version", "heart_rate"),
    ),
)
_MOTION: Final = (
    "step_minutes",
    "wear_minutes",
    "not_worn_minutes",
    "fault_minutes",
    "data_minutes",
    "moderate_minutes",
    "vigorous_minutes",
    "valid",
    "complete",
)
_HEART: Final = (
    "heart_minutes",
    "resting_bpm",
    *(f"zone_{n}_minutes" for n in range(1, 6)),
    "trimp",
)
_NIGHT_HEART: Final = (
    "resting_bpm",
    "beats_kept",
    "rmssd_ms",
    "sdnn_ms",
    "spo2_minutes",
    "mean_spo2_percent",
    "lowest_spo2_percent",
    "odi_3",
    "odi_4",
)


def pieces(case: Case, untold: Untold) -> Iterator[Piece]:
    """Yield what there is of these tables; what is `untold` of minutes is not counted."""
    if not (case.has(Topic.ACTIVITY) or case.has(Topic.HEART_RATE)):
        return
    scored = {each.day: each for each in scores.scores_of(case.db, case.who)}
    heard = case.heard_days()
    yield DAYS.name, [_row(case, day, scored.get(day.day), untold) for day in heard]
    nights = scores.nights_of_person(case.db, case.who)
    theirs = [night for night in nights if night.end_us > case.member.enrolled_us]
    yield NIGHTS.name, [_night(case, night, untold) for night in theirs]


def _row(
    case: Case, day: DayFact, score: scores.Score | None, untold: Untold
) -> dict[str, Any]:
    row: dict[str, Any] = {"participant": case.name, "study_day": case.time.day_of(day.day)}
    less = untold.get(row["study_day"], {})
    if case.has(Topic.ACTIVITY):
        row |= _told(day, _MOTION, less)
        row["steps"] = day.steps if day.step_minutes else None
        row["consent_version"] = case.granted[Topic.ACTIVITY]
        row |= {} if score is None else _score(score)
    if case.has(Topic.HEART_RATE):
        row |= _told(day, _HEART, less)
        row["heart_consent_version"] = case.granted[Topic.HEART_RATE]
    return row


def _told(
    fact: DayFact | Night, names: Sequence[str], less: Mapping[str, int]
) -> dict[str, Any]:
    """Return what is told of a day or night, without what lies in minutes that are not."""
    told = {name: getattr(fact, name) for name in names}
    return told | {name: told[name] - less[name] for name in less.keys() & told.keys()}


def _score(score: scores.Score) -> dict[str, Any]:
    return {
        "score": score.score,
        "score_tier": score.tier.value,
        "score_valid_days": score.valid_days,
        "score_provisional": score.provisional,
    }


def _night(case: Case, night: Night, untold: Untold) -> dict[str, Any]:
    row: dict[str, Any] = {"participant": case.name, "study_day": case.time.day_of(night.day)}
    if case.has(Topic.ACTIVITY):
        begin, end = (
            _since_noon(case, night, at_us)
            for at_us in (night.sleep_start_us, night.sleep_end_us)
        )
        row |= {"sleep_from_minute": begin, "sleep_until_minute": end}
        row["asleep_minutes"] = _within(night.asleep_minutes, begin, end)
        row["consent_version"] = case.granted[Topic.ACTIVITY]
    if case.has(Topic.HEART_RATE):
        row |= _told(night, _NIGHT_HEART, untold.get(row["study_day"], {}))
        row["heart_consent_version"] = case.granted[Topic.HEART_RATE]
    return row


def _since_noon(case: Case, night: Night, at_us: int | None) -> int | None:
    if at_us is None:
        return None
    noon_us = night.start_us
    return (at_us - noon_us + case.time.turned_us(noon_us, at_us)) // MINUTE_US


def _within(asleep: int | None, begin: int | None, end: int | None) -> int | None:
    """Return no more sleep than its window seems to hold where clocks were set back in it."""
    if asleep is None or begin is None or end is None:
        return asleep
    return min(asleep, end - begin)
