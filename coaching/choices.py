"""What a participant has chosen for themselves."""

from dataclasses import dataclass

from sqlalchemy import Connection

from coaching import members
from coaching.post import delivery
from coaching.protocol import Protocol
from people import registry


@dataclass(frozen=True, slots=True)
class Choices:
    """What a participant has chosen for themselves."""

    quiet: tuple[int, int]  # minutes of the local day between which nothing is sent
    pushes_a_day: int
    most_pushes: int  # that the study allows
    pushes_left: int  # today
    band: tuple[int, int]  # of steps, for the goal
    widest_band: tuple[int, int]  # that the study allows
    paused_until_us: int | None  # none: no break


def chosen(db: Connection, participant: str, protocol: Protocol, now_us: int) -> Choices | None:
    """Return what is in force now; None for a stranger."""
    member = members.one(db, participant)
    if member is None:
        return None
    rule = protocol.goal
    pauses = members.pauses_between(db, [participant], now_us, now_us + 1)
    most = delivery.most_pushes(member, protocol, now_us)
    spent = delivery.spent_today(db, participant, registry.calendar(db, participant), now_us)
    return Choices(
        quiet=(member.quiet_start_minute, member.quiet_end_minute),
        pushes_a_day=most,
        most_pushes=protocol.attention.pushes_a_day,
        pushes_left=max(0, most - spent),
        band=(
            member.lowest_goal_steps or rule.lowest_steps,
            member.highest_goal_steps or rule.highest_steps,
        ),
        widest_band=(rule.lowest_steps, rule.highest_steps),
        paused_until_us=max((until for _, until in pauses.get(participant, [])), default=None),
    )
