"""When a prompt would be useless or unkind: the reasons, all of them."""

from collections.abc import Iterator

from coaching.daytime import DAY_MIN, MINUTE_US, is_quiet
from coaching.prompts.kind import ON_FOOT
from coaching.prompts.reason import Reason
from coaching.prompts.state import State, Worn
from coaching.protocol import Protocol


def reasons(state: State, protocol: Protocol) -> tuple[Reason, ...]:
    """Return everything that speaks against a prompt; nothing means available."""
    ignored: tuple[Reason, ...] = ()
    if state.kind in ON_FOOT:
        ignored = protocol.prompts.near_goal_ignores
    found = (*_of_person(state, protocol), *_of_body(state, protocol))
    return tuple(reason for reason in found if reason not in ignored)


def _of_person(state: State, protocol: Protocol) -> Iterator[Reason]:
    if state.at_us > state.due_us + protocol.prompts.expiry_min * MINUTE_US:
        yield Reason.TOO_LATE
    if state.handed_over:
        yield Reason.HANDED_OVER
    if state.paused:
        yield Reason.PAUSED
    if state.snoozed:
        yield Reason.SNOOZED
    if is_quiet(state.minute_of_day, state.quiet_start_minute, state.quiet_end_minute):
        yield Reason.QUIET_HOURS
    if state.pushes_today >= state.most_pushes:
        yield Reason.BUDGET
    if _since_min(state.last_push_us, state.at_us) < protocol.availability.prompted_min:
        yield Reason.PROMPTED


def _of_body(state: State, protocol: Protocol) -> Iterator[Reason]:
    rules = protocol.availability
    if _since_min(state.last_data_us, state.due_us) > rules.fresh_data_min:
        yield Reason.STALE
    if state.worn is Worn.NOT_WORN:
        yield Reason.NOT_WORN
    if _asleep(state, rules.asleep_still_min):
        yield Reason.ASLEEP
    if (state.steps_30min or 0) >= rules.walking_steps_30min:
        yield Reason.WALKING
    if (state.steps_2h or 0) > rules.active_steps_2h:
        yield Reason.ACTIVE


def _asleep(state: State, still_min: int) -> bool:
    # Nobody measures sleep here: who has not stirred since quiet hours has not got up yet.
    decided_min = (state.minute_of_day - state.quiet_end_minute) % DAY_MIN
    up_min = decided_min - (state.at_us - state.due_us) // MINUTE_US
    return state.still_min >= max(still_min, up_min)


def _since_min(past_us: int | None, at_us: int) -> float:
    return float("inf") if past_us is None else (at_us - past_us) / MINUTE_US
