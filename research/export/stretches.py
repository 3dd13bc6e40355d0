"""Some weeks of somebody's minutes at a time, each as the minute as which it is told."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from analytics import scores
from analytics.scores import OPAQUE, Minutes, State
from research.deidentify.study_time import DAY_MINUTES, MINUTE_US
from research.export.case import Case

_DAYS_AT_ONCE: Final = 28
_WORN: Final = (State.WORN_STILL, State.WORN_MOVING)

#: By day: how much of what the hub counted lies in minutes that no export tells.
Untold: TypeAlias = dict[int, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is known of minutes in order, one row each."""

    day: NDArray[np.int32]
    minute: NDArray[np.int32]
    minutes: Minutes

    def only(self, told: NDArray[np.bool_]) -> "Stretch":
        """Return some of the rows, copied as bytes: field by field takes numpy far longer."""
        if told.all():
            return self
        chosen = self.minutes.view(OPAQUE)[told].view(self.minutes.dtype)
        return Stretch(self.day[told], self.minute[told], chosen)


def stretches(
    case: Case, last_day: int, skipped: Collection[int], untold: Untold
) -> Iterator[Stretch]:
    """Yield what was lived from enrolment to a day, but no day's `skipped` minutes.

    Notes in `untold` what of these days is left out.
    """
    tellable = ~np.isin(np.arange(DAY_MINUTES), [*skipped])
    for first in range(1, last_day + 1, _DAYS_AT_ONCE):
        days = range(first, min(first + _DAYS_AT_ONCE, last_day + 1))
        starts_us = [case.time.start_us(n) for n in (*days, days[-1] + 1)]
        each_day = [case.time.minutes(n) for n in days]
        all_of_it = Stretch(
            np.repeat(np.array(days, np.int32), [len(each) for each in each_day]),
            np.concatenate(each_day),
            scores.minutes(case.db, case.who, starts_us[0], starts_us[-1]),
        )
        told = (all_of_it.minute >= 0) & tellable[all_of_it.minute]
        if not told.all():
            _note(all_of_it.only(~told), untold)
        at_us = np.concatenate([np.arange(*span, MINUTE_US) for span in pairwise(starts_us)])
        told &= (at_us > case.member.enrolled_us - MINUTE_US) & (at_us < case.member.until_us)
        yield all_of_it.only(told)


def _note(left_out: Stretch, untold: Untold) -> None:
    minutes = left_out.minutes
    worn = np.isin(minutes["state"], _WORN)
    counted = {
        "data_minutes": minutes["state"] != State.NO_DATA,
        "wear_minutes": worn,
        "not_worn_minutes": minutes["state"] == State.NOT_WORN,
        "fault_minutes": minutes["state"] == State.FAULT,
        "step_minutes": scores.steps(minutes) >= 0,
        "heart_minutes": worn & (minutes["hr_n"] > 0),
        "spo2_minutes": minutes["spo2_n"] > 0,
    }
    for day in np.unique(left_out.day).tolist():
        here = left_out.day == day
        untold[day] = {name: int((here & each).sum()) for name, each in counted.items()}
