"""What participants decide for themselves: quiet hours, how often, pauses, consent."""

from typing import Final

from sqlalchemy import Connection

from coaching import members
from coaching.acts.act import Outcome
from coaching.acts.choices import (
    Pause,
    Resume,
    SetBand,
    SetConsent,
    SetFrequency,
    SetQuietHours,
)
from coaching.daytime import DAY_MIN
from coaching.grounds import Grounds
from coaching.requests.deed import Deed, Deeds
from people import registry
from people.authorize import Action, Topic

_PAUSES = ("rest", "sick", "vacation")


def quiet_hours(db: Connection, act: SetQuietHours, _: Grounds, __: int) -> Outcome:
    """Choose when nothing is pushed."""
    if not (0 <= act.start_minute < DAY_MIN and 0 <= act.end_minute < DAY_MIN):
        return Outcome(ok=False, says="A day has 1440 minutes.")
    members.set_quiet_hours(db, act.participant, act.start_minute, act.end_minute)
    if act.start_minute == act.end_minute:
        return Outcome(ok=True, says="Quiet hours are off.")
    span = f"{_clock(act.start_minute)} to {_clock(act.end_minute)}"
    return Outcome(ok=True, says=f"Quiet from {span}.")


def frequency(db: Connection, act: SetFrequency, grounds: Grounds, _: int) -> Outcome:
    """Choose how many pushes a day there may be at most."""
    most = grounds.protocol.attention.pushes_a_day
    if not 0 <= act.pushes_a_day <= most:
        return Outcome(ok=False, says=f"Between 0 and {most} a day, please.")
    members.set_pushes(db, act.participant, act.pushes_a_day)
    if act.pushes_a_day == 0:
        return Outcome(ok=True, says="Nothing draws your attention now; messages wait here.")
    return Outcome(ok=True, says=f"At most {act.pushes_a_day} a day.")


def band(db: Connection, act: SetBand, grounds: Grounds, _: int) -> Outcome:
    """Choose between which steps the goal may be; the goal of today stands."""
    rule = grounds.protocol.goal
    low, high = act.lowest_steps, act.highest_steps
    if not rule.lowest_steps <= low <= high <= rule.highest_steps:
        span = f"{rule.lowest_steps:,} to {rule.highest_steps:,}"
        return Outcome(ok=False, says=f"A goal is within {span} steps, the lower one first.")
    members.set_band(db, act.participant, low, high)
    return Outcome(
        ok=True, says=f"From tomorrow your goal is within {low:,} to {high:,} steps."
    )


def pause(db: Connection, act: Pause, _: Grounds, now_us: int) -> Outcome:
    """Begin a pause."""
    if act.reason not in _PAUSES:
        return Outcome(ok=False, says=f"A pause is for {', '.join(_PAUSES)}.")
    until_us, _ends = registry.day_bounds_us(db, act.participant, act.until)
    if until_us <= now_us:
        return Outcome(ok=False, says="That day has begun already.")
    members.pause(db, act.participant, now_us, until_us, act.reason)
    return Outcome(ok=True, says=f"Paused until {act.until.day} {act.until:%B}.")


def resume(db: Connection, act: Resume, _: Grounds, now_us: int) -> Outcome:
    """End a pause."""
    if members.resume(db, act.participant, now_us):
        return Outcome(ok=True, says="Welcome back.")
    return Outcome(ok=True, says="There was no pause.")


def consent(db: Connection, act: SetConsent, _: Grounds, now_us: int) -> Outcome:
    """Grant or withdraw sight of a topic."""
    registry.consent(db, act.participant, act.topic, act.viewer, act.granted, now_us)
    can = "can" if act.granted else "can no longer"
    topic, viewer = act.topic.value.replace("_", " "), act.viewer.value
    return Outcome(ok=True, says=f"{viewer.capitalize()} {can} see {topic}.")


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


DEEDS: Final[Deeds] = {
    SetQuietHours: Deed(quiet_hours, Action.SET, Topic.PROMPTS),
    SetFrequency: Deed(frequency, Action.SET, Topic.PROMPTS),
    SetBand: Deed(band, Action.SET, Topic.ACTIVITY),
    Pause: Deed(pause, Action.SET, Topic.PROMPTS),
    Resume: Deed(resume, Action.SET, Topic.PROMPTS),
    SetConsent: Deed(consent, Action.SET),
}
