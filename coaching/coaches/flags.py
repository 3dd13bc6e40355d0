"""Who needs a coach now, and why: in words, each against the person's own norm."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from coaching.coaches.evidence import Evidence
from coaching.days.goals import Verdict
from coaching.daytime import DAY_US, HOUR_US, MINUTE_US, day_and_time, day_of_year, local
from coaching.protocol import Triage
from people.sentence import Sentence, say


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing a coach should know of a person."""

    level: str  # "alert" | "watch" | "ok"
    kind: str
    says: Sentence


_ORDER = ("alert", "watch", "ok")


def raise_flags(seen: Evidence, rules: Triage) -> list[Flag]:
    """Return what needs a coach, the worst first; if nothing does, one flag that says so."""
    found = [
        *_no_data(seen, rules),
        *_resting(seen, rules),
        *_falling(seen, rules),
        *_unanswered(seen, rules),
        *_lost(seen, rules),
        *_rebound(seen),
        *_missed(seen, rules),
    ]
    return sorted(found, key=lambda flag: _ORDER.index(flag.level)) or [_well(seen)]


def _no_data(seen: Evidence, rules: Triage) -> Iterator[Flag]:
    heard = [day.last_minute_us for day in seen.days if day.last_minute_us is not None]
    last_us = heard[-1] + MINUTE_US if heard else seen.enrolled_us
    silent_us = seen.now_us - last_us
    if silent_us >= rules.no_data_watch_h * HOUR_US:
        # What was silent before somebody came is no alarm yet.
        waited_us = min(silent_us, seen.now_us - seen.enrolled_us)
        level = "alert" if waited_us >= rules.no_data_alert_h * HOUR_US else "watch"
        yield Flag(level, "no_data", _silence(seen, last_us, heard=bool(heard)))


def _silence(seen: Evidence, last_us: int, *, heard: bool) -> Sentence:
    if heard:
        return say("No data since %(when)s", when=_moment(seen, last_us))
    if last_us >= seen.days[0].start_us:
        return say("No data yet, enrolled %(when)s", when=_moment(seen, last_us))
    return say("No data in the last %(days)s days", days=len(seen.days))


def _moment(seen: Evidence, at_us: int) -> Sentence:
    clock = local(seen.calendar, at_us)
    if seen.now_us - at_us < 6 * DAY_US:
        return day_and_time(clock)
    return day_of_year(clock)


def _resting(seen: Evidence, rules: Triage) -> Iterator[Flag]:
    known = [day.resting_bpm for day in seen.days if day.resting_bpm is not None]
    norm_of = known[-1 - rules.norm_days : -1]
    if len(norm_of) < rules.fewest_norm_days:
        return
    norm = round(median(norm_of))
    above = known[-1] - norm
    if above >= rules.resting_above_watch_bpm:
        level = "alert" if above >= rules.resting_above_alert_bpm else "watch"
        says = say(
            "Resting heart rate %(bpm)s bpm, %(above)s above own norm of %(norm)s",
            bpm=known[-1],
            above=above,
            norm=norm,
        )
        yield Flag(level, "resting_heart_rate", says)


def _falling(seen: Evidence, rules: Triage) -> Iterator[Flag]:
    counted = [day.steps for day in seen.days[:-1] if day.valid and day.step_minutes]
    recent = counted[-rules.recent_days :]
    norm_of = counted[: -rules.recent_days][-rules.norm_days :]
    if len(recent) < rules.recent_days or len(norm_of) < rules.fewest_norm_days:
        return
    norm, now = median(norm_of), sum(recent) / len(recent)
    if norm > 0 and now <= (1 - rules.falling_share) * norm:
        says = say(
            "Steps down %(share)s: %(now)s a day, own norm %(norm)s",
            share=f"{1 - now / norm:.0%}",
            now=f"{now:,.0f}",
            norm=f"{norm:,.0f}",
        )
        yield Flag("watch", "falling", says)


def _unanswered(seen: Evidence, rules: Triage) -> Iterator[Flag]:
    if seen.unanswered >= rules.unanswered_prompts:
        says = say("%(count)s prompts in a row unanswered", count=seen.unanswered)
        yield Flag("watch", "unanswered", says)


def _lost(seen: Evidence, rules: Triage) -> Iterator[Flag]:
    if seen.lost >= rules.lost_notifications:
        says = say("The last %(count)s notifications did not arrive", count=seen.lost)
        yield Flag("watch", "lost", says)


def _rebound(seen: Evidence) -> Iterator[Flag]:
    if seen.rebound is not None:
        before, now = seen.rebound
        says = say(
            "Since the study ended %(now)s steps a day, %(before)s before",
            now=f"{now:,.0f}",
            before=f"{before:,.0f}",
        )
        yield Flag("watch", "rebound", says)


def _missed(seen: Evidence, rules: Triage) -> Iterator[Flag]:
    count = 0
    for goal in seen.goals:
        if goal.verdict in (Verdict.REACHED, Verdict.PAUSED):
            break
        count += goal.verdict is Verdict.MISSED
    if count >= rules.missed_days:
        says = say("Goal missed on %(days)s complete days in a row", days=count)
        yield Flag("watch", "missed", says)


def _well(seen: Evidence) -> Flag:
    if seen.catching_up:
        says = say("Still catching up: the tracker has more to hand over")
        return Flag("ok", "catching_up", says)
    today = seen.goals[0] if seen.goals else None
    if today is None or today.done_steps is None:
        return Flag("ok", "on_track", say("Nothing stands out"))
    if today.verdict is Verdict.REACHED:
        says = say("Reached today's goal of %(goal)s steps", goal=f"{today.steps:,}")
        return Flag("ok", "on_track", says)
    says = say(
        "%(steps)s of %(goal)s steps so far today",
        steps=f"{today.done_steps:,}",
        goal=f"{today.steps:,}",
    )
    return Flag("ok", "on_track", says)
