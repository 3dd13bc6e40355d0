"""Who needs a coach now, and why: in words, each against the person's own norm."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from coaching.coaches.evidence import Evidence
from coaching.days.goals import Verdict
from coaching.daytime import DAY_US, HOUR_US, MINUTE_US, local
from coaching.protocol import Triage


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing a coach should know of a person."""

    level: str  # "alert" | "watch" | "ok"
    kind: str
    says: str


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


def _silence(seen: Evidence, last_us: int, *, heard: bool) -> str:
    if heard:
        return f"No data since {_moment(seen, last_us)}"
    if last_us >= seen.days[0].start_us:
        return f"No data yet, enrolled {_moment(seen, last_us)}"
    return f"No data in the last {len(seen.days)} days"


def _moment(seen: Evidence, at_us: int) -> str:
    clock = local(seen.calendar, at_us)
    if seen.now_us - at_us < 6 * DAY_US:
        return f"{clock:%A %H:%M}"
    return f"{clock.day} {clock:%B}"


def _resting(seen: Evidence, rules: Triage) -> Iterator[Flag]:
    known = [day.resting_bpm for day in seen.days if day.resting_bpm is not None]
    norm_of = known[-1 - rules.norm_days : -1]
    if len(norm_of) < rules.fewest_norm_days:
        return
    norm = round(median(norm_of))
    above = known[-1] - norm
    if above >= rules.resting_above_watch_bpm:
        level = "alert" if above >= rules.resting_above_alert_bpm else "watch"
        says = f"Resting heart rate {known[-1]} bpm, {above} above own norm of {norm}"
        yield Flag(level, "resting_heart_rate", says)


def _falling(seen: Evidence, rules: Triage) -> Iterator[Flag]:
    counted = [day.steps for day in seen.days[:-1] if day.valid and day.step_minutes]
    recent = counted[-rules.recent_days :]
    norm_of = counted[: -rules.recent_days][-rules.norm_days :]
    if len(recent) < rules.recent_days or len(norm_of) < rules.fewest_norm_days:
        return
    norm, now = median(norm_of), sum(recent) / len(recent)
    if norm > 0 and now <= (1 - rules.falling_share) * norm:
        says = f"Steps down {1 - now / norm:.0%}: {now:,.0f} a day, own norm {norm:,.0f}"
        yield Flag("watch", "falling", says)


def _unanswered(seen: Evidence, rules: Triage) -> Iterator[Flag]:
    if seen.unanswered >= rules.unanswered_prompts:
        yield Flag("watch", "unanswered", f"{seen.unanswered} prompts in a row unanswered")


def _lost(seen: Evidence, rules: Triage) -> Iterator[Flag]:
    if seen.lost >= rules.lost_notifications:
        says = f"The last {seen.lost} notifications did not arrive"
        yield Flag("watch", "lost", says)


def _rebound(seen: Evidence) -> Iterator[Flag]:
    if seen.rebound is not None:
        before, now = seen.rebound
        says = f"Since the study ended {now:,.0f} steps a day, {before:,.0f} before"
        yield Flag("watch", "rebound", says)


def _missed(seen: Evidence, rules: Triage) -> Iterator[Flag]:
    count = 0
    for goal in seen.goals:
        if goal.verdict in (Verdict.REACHED, Verdict.PAUSED):
            break
        count += goal.verdict is Verdict.MISSED
    if count >= rules.missed_days:
        yield Flag("watch", "missed", f"Goal missed on {count} complete days in a row")


def _well(seen: Evidence) -> Flag:
    if seen.catching_up:
        return Flag("ok", "catching_up", "Still catching up: the tracker has more to hand over")
    today = seen.goals[0] if seen.goals else None
    if today is None or today.done_steps is None:
        return Flag("ok", "on_track", "Nothing stands out")
    if today.verdict is Verdict.REACHED:
        return Flag("ok", "on_track", f"Reached today's goal of {today.steps:,} steps")
    return Flag("ok", "on_track", f"{today.done_steps:,} of {today.steps:,} steps so far today")
