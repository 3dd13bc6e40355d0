"""The door of analytics: the headline score, and what was measured of a person."""

from analytics.coverage import catching_up, catching_up_of
from analytics.days import Body, DayFact
from analytics.epochs import EPOCH, MINUTE, OPAQUE, Flag, Minutes, State, mean_bpm, steps
from analytics.headline import DAYS, FEWEST_VALID_DAYS, Score, Tier, compute
from analytics.lookups import body
from analytics.measured import minutes, minutes_of, steps_between, streams_of
from analytics.nights import Night, night, nights_of_person
from analytics.placing import IMPORTED, imported_from
from analytics.readings import TOLD, Reading
from analytics.readings import between as readings
from analytics.reassigning import change_zone
from analytics.scored import not_scored_again, score, scores_of, scores_on
from analytics.standing import (
    Today,
    complete_days,
    days,
    days_of,
    last_days_of,
    today,
    today_of,
)
from analytics.tables import metadata

__all__ = [
    "DAYS",
    "EPOCH",
    "FEWEST_VALID_DAYS",
    "IMPORTED",
    "MINUTE",
    "OPAQUE",
    "TOLD",
    "Body",
    "DayFact",
    "Flag",
    "Minutes",
    "Night",
    "Reading",
    "Score",
    "State",
    "Tier",
    "Today",
    "body",
    "catching_up",
    "catching_up_of",
    "change_zone",
    "complete_days",
    "compute",
    "days",
    "days_of",
    "imported_from",
    "last_days_of",
    "mean_bpm",
    "metadata",
    "minutes",
    "minutes_of",
    "night",
    "nights_of_person",
    "not_scored_again",
    "readings",
    "score",
    "scores_of",
    "scores_on",
    "steps",
    "steps_between",
    "streams_of",
    "today",
    "today_of",
]
