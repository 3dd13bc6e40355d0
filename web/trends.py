"""A participant's trends: a day by the hour, a week and a month by the day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final

import numpy as np
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from analytics import scores
from analytics.scores import DayFact
from people import registry
from people.authorize import Action, Topic, allowed
from people.sentence import Sentence, say
from web import plots, week, wording
from web.guard import Needs, Visit
from web.parts import Parts, parts_of
from web.plots import Chart
from web.wording import Wording

router = APIRouter()

Sees = Annotated[Visit, Depends(Needs(Action.SEE, Topic.ACTIVITY))]

_HOUR_US: Final = 3_600_000_000
_NORM_DAYS: Final = 28  # before the days that are shown


class Span(StrEnum):
    """How much is shown at once."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_DAYS: Final = {Span.WEEK: 7, Span.MONTH: 28}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table beside the charts."""

    when: str
    short: str  # below its bar; empty: not every bar has room
    steps: int | None
    goal: int | None
    bpm: float | None
    worn: str


@dataclass(frozen=True, slots=True)
class Trend:
    """Both charts, and the table that says the same."""

    lines: tuple[Line, ...]
    slots: int  # along the axis; those behind the lines are still to come
    steps: Chart
    bpm: Chart


@router.get("/trends")
def page(request: Request, visit: Sees, span: Span = Span.WEEK) -> Response:
    """Show one of the three spans."""
    parts = parts_of(request)
    with parts.store.reading() as db:
        language = registry.profile(db, visit.subject).language
        trend = _trend(db, parts, visit, span, parts.pages.words(language))
        said = {
            "lang": language,
            "span": span,
            "trend": trend,
            "says": _words(span, trend.lines),
            "plots": plots,
            "kept_day": parts.pages.words(language).day(visit.now_us),
            "kept_time": f"{_local(db, visit):%H:%M}",
        }
    return parts.pages.show("trends.html", said)


def _local(db: Connection, visit: Visit) -> datetime:
    zone = registry.zone_at(db, visit.subject, visit.now_us)
    return wording.local(zone, visit.now_us)


def _trend(db: Connection, parts: Parts, visit: Visit, span: Span, words: Wording) -> Trend:
    shows_heart = allowed(
        db, visit.actor, Action.SEE, visit.subject, Topic.HEART_RATE, now_us=visit.now_us
    )
    if span is Span.DAY:
        trend = _hours(db, visit, words)
    else:
        trend = _days(db, parts, visit, _DAYS[span], words)
    return trend if shows_heart else replace(trend, bpm=plots.line([]))


def _days(db: Connection, parts: Parts, visit: Visit, count: int, words: Wording) -> Trend:
    known = scores.days(db, visit.subject, count + _NORM_DAYS, visit.now_us)
    before, shown = known[:-count], known[-count:]
    goals = week.goals_of(db, parts.engine, shown)
    lines = tuple(
        Line(
            when=words.tongue.day(day.day),
            short=_short(day, index, count, words),
            steps=_steps(day),
            goal=goals[day.day].steps if day.day in goals else None,
            bpm=day.resting_bpm,
            worn=_worn(day, words),
        )
        for index, day in enumerate(shown)
    )
    usual = [day.steps for day in before if day.valid]
    resting = [day.resting_bpm for day in before if day.resting_bpm is not None]
    return Trend(
        lines,
        count,
        plots.bars([line.steps for line in lines], [line.goal for line in lines], usual),
        plots.line([line.bpm for line in lines], resting),
    )


def _hours(db: Connection, visit: Visit, words: Wording) -> Trend:
    calendar = registry.calendar(db, visit.subject)
    start_us, end_us = calendar.day_bounds_us(calendar.local_day(visit.now_us))
    until_us = min(end_us, visit.now_us)
    minutes = scores.minutes(db, visit.subject, start_us, until_us)
    steps, bpm = scores.steps(minutes), scores.mean_bpm(minutes)
    lines: list[Line] = []
    for index, hour_us in enumerate(range(start_us, until_us, _HOUR_US)):
        zone = calendar.zone_at(hour_us)
        at = words.clock(hour_us, zone, hour_us)
        hour = slice(index * 60, index * 60 + 60)
        lines.append(
            Line(
                when=f"{at} \N{EN DASH} {words.clock(hour_us + _HOUR_US, zone, hour_us)}",
                short=at[:2] if index % 3 == 0 else "",
                steps=_sum(steps[hour]),
                goal=None,
                bpm=_mean(bpm[hour]),
                worn="",
            )
        )
    slots = -(-(end_us - start_us) // _HOUR_US)
    return Trend(
        tuple(lines),
        slots,
        plots.bars([line.steps for line in lines], slots=slots),
        plots.line([line.bpm for line in lines], slots=slots),
    )


def _steps(day: DayFact) -> int | None:
    return day.steps if week.kind_of(day) is week.Kind.COUNTED else None


def _worn(day: DayFact, words: Wording) -> str:
    if day.wear_minutes:
        return words.hours(day.wear_minutes)
    return words.tongue.said(week.WORDS[week.kind_of(day)])


def _short(day: DayFact, index: int, count: int, words: Wording) -> str:
    if count <= 7:
        return words.tongue.weekday(day.day)
    return str(day.day.day) if index % 4 == 0 else ""


def _sum(steps: np.ndarray[Any, np.dtype[np.int64]]) -> int | None:
    counted = steps[steps >= 0]
    return int(counted.sum()) if counted.size else None


def _mean(bpm: np.ndarray[Any, np.dtype[np.float64]]) -> float | None:
    heard = bpm[~np.isnan(bpm)]
    return round(float(heard.mean()), 1) if heard.size else None


def _words(span: Span, lines: Sequence[Line]) -> Sentence:
    """Return a chart in a sentence."""
    counted = [line.steps for line in lines if line.steps is not None]
    if not counted:
        return say("Nothing was counted.")
    return say(
        "%(steps)s steps in %(known)s of %(all)s %(spans)s with data.",
        steps=f"{sum(counted):,}",
        known=len(counted),
        all=len(lines),
        spans=say("hours") if span is Span.DAY else say("days"),
    )
