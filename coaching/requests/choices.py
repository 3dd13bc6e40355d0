"""What participants decide for themselves: quiet hours, how often, pauses, consent."""

from typing import Final

from sqlalchemy import Connection

from coaching import members
from coaching.acts.act import Outcome, accepted, refused
from coaching.acts.choices import (
    Pause,
    Resume,
    SetBand,
    SetConsent,
    SetFrequency,
    SetQuietHours,
)
from coaching.daytime import DAY_MIN, day_of_year
from coaching.grounds import Grounds
from coaching.requests.deed import Deed, Deeds
from people import registry
from people.authorize import TOPIC_WORDS, Action, Topic
from people.sentence import Sentence

_PAUSES = ("rest", "sick", "vacation")


def quiet_hours(db: Connection, act: SetQuietHours, _: Grounds, __: int) -> Outcome:
    """Choose when nothing is pushed."""
    if not (0 <= act.start_minute < DAY_MIN and 0 <= act.end_minute < DAY_MIN):
        return refused("A day has 1440 minutes.")
    members.set_quiet_hours(db, act.participant, act.start_minute, act.end_minute)
    if act.start_minute == act.end_minute:
        return accepted("Quiet hours are off.")
    start, end = _clock(act.start_minute), _clock(act.end_minute)
    return accepted("Quiet from %(start)s to %(end)s.", start=start, end=end)


def frequency(db: Connection, act: SetFrequency, grounds: Grounds, _: int) -> Outcome:
    """Choose how many pushes a day there may be at most."""
    most = grounds.protocol.attention.pushes_a_day
    if not 0 <= act.pushes_a_day <= most:
        return refused("Between 0 and %(most)s a day, please.", most=most)
    members.set_pushes(db, act.participant, act.pushes_a_day)
    if act.pushes_a_day == 0:
        return accepted("Nothing draws your attention now; messages wait here.")
    return accepted("At most %(pushes_a_day)s a day.", pushes_a_day=act.pushes_a_day)


def band(db: Connection, act: SetBand, grounds: Grounds, _: int) -> Outcome:
    """Choose between which steps the goal may be; the goal of today stands."""
    rule = grounds.protocol.goal
    low, high = act.lowest_steps, act.highest_steps
    if not rule.lowest_steps <= low <= high <= rule.highest_steps:
        return refused(
            "A goal is within %(least)s to %(most)s steps, the lower one first.",
            least=f"{rule.lowest_steps:,}",
            most=f"{rule.highest_steps:,}",
        )
    members.set_band(db, act.participant, low, high)
    return accepted(
        "From tomorrow your goal is within %(low)s to %(high)s steps.",
        low=f"{low:,}",
        high=f"{high:,}",
    )


def pause(db: Connection, act: Pause, _: Grounds, now_us: int) -> Outcome:
    """Begin a pause."""
    if act.reason not in _PAUSES:
        return refused("A pause is for rest, sick or vacation.")
    until_us, _ends = registry.day_bounds_us(db, act.participant, act.until)
    if until_us <= now_us:
        return refused("That day has begun already.")
    members.pause(db, act.participant, now_us, until_us, act.reason)
    return accepted("Paused until %(day)s.", day=day_of_year(act.until))


def resume(db: Connection, act: Resume, _: Grounds, now_us: int) -> Outcome:
    """End a pause."""
    if members.resume(db, act.participant, now_us):
        return accepted("Welcome back.")
    return accepted("There was no pause.")


def consent(db: Connection, act: SetConsent, _: Grounds, now_us: int) -> Outcome:
    """Grant or withdraw sight of a topic."""
    registry.consent(db, act.participant, act.topic, act.viewer, act.granted, now_us)
    who, topic = Sentence(act.viewer.value.capitalize()), TOPIC_WORDS[act.topic]
    if act.granted:
        return accepted("%(who)s can see %(topic)s.", who=who, topic=topic)
    return accepted("%(who)s can no longer see %(topic)s.", who=who, topic=topic)


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
