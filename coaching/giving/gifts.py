"""Points become vouchers: one for each threshold crossed, for the cause chosen at that time.

Points go from `participant:<id>` to `given`, or first to `team:<name>`; a sponsor's vouchers go
from `pledged` to `sponsor:<cause>`, to `voucher:<id>` when one is activated, to `spent` once it
is delivered.
Call these in the store's one writer: two at once could spend the same budget.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from coaching.giving import ledger, points
from coaching.giving.audit import audit
from coaching.giving.ledger import Unit, balances
from coaching.giving.tables import causes, pledges, pooling
from coaching.giving.vouchers import (
    State,
    Voucher,
    WrongState,
    activate_waiting,
    add,
    deliver,
    redeem,
    sponsor,
    vouchers_of,
)
from ingest.store import insert_once

__all__ = [
    "Pledge",
    "State",
    "Voucher",
    "WrongState",
    "audit",
    "balances",
    "cause",
    "choose_cause",
    "deliver",
    "donate",
    "fund",
    "give_with",
    "on_hand",
    "pledge",
    "pot",
    "redeem",
    "settle",
    "team_of",
    "vouchers_of",
]

_GIVEN: Final = "given"
_PLEDGED: Final = "pledged"


@dataclass(frozen=True, slots=True)
class Pledge:
    """Vouchers for a cause that a sponsor pays for."""

    reference: str
    sponsor: str
    cause: str
    vouchers: int


def choose_cause(db: Connection, participant: str, chosen: str, now_us: int) -> None:
    """Let what is given from now on go to a cause; what was given stays where it went."""
    number, held = _last_choice(db, participant)
    if held == chosen:
        return
    row = {"participant": participant, "choice": number + 1, "cause": chosen, "at_us": now_us}
    insert_once(db, causes, row)


def cause(db: Connection, participant: str) -> str | None:
    """Return the cause chosen, or None while there is none."""
    return _last_choice(db, participant)[1]


def fund(
    db: Connection, funded: str, vouchers: int, reference: str, now_us: int
) -> list[Voucher]:
    """Add a sponsor's pledge to a cause; return the vouchers that had waited for it.

    A pledge counts once under its `reference`, however often it is told.
    """
    if vouchers < 1:
        raise ValueError(f"a pledge of {vouchers} vouchers")
    pledge = ledger.transfer(_PLEDGED, sponsor(funded), Unit.VOUCHERS, vouchers)
    ledger.post(db, f"fund/{reference}", pledge, now_us)
    return activate_waiting(db, funded, now_us)


def pledge(db: Connection, new: Pledge, now_us: int) -> list[Voucher]:
    """Book what a sponsor pays for, once under its reference; return what had waited for it."""
    row = {name: getattr(new, name) for name in Pledge.__slots__}
    if not insert_once(db, pledges, row | {"at_us": now_us}):
        return []
    return fund(db, new.cause, new.vouchers, new.reference, now_us)


def settle(
    db: Connection, participant: str, chosen: str | None, threshold: int, now_us: int
) -> list[Voucher]:
    """Give a voucher for each threshold the points suffice for; return the new ones.

    Whoever gives with their team puts the points into its pot, which gives likewise, to the
    cause of whoever filled it. Without a cause the points wait. Without a budget the voucher
    does, and is returned as well.
    """
    if threshold < 1:
        raise ValueError(f"a threshold of {threshold} points")
    team = team_of(db, participant)
    if team is None:
        held = on_hand(db, participant)
        return _cross(db, participant, _giver(participant), held, chosen, threshold, now_us)
    _pool(db, participant, team, now_us)
    held = ledger.balance(db, pot(team))
    return _cross(db, pot(team), pot(team), held, chosen, threshold, now_us)


def donate(
    db: Connection, giver: str, chosen: str, vouchers: int, now_us: int
) -> list[Voucher]:
    """Give vouchers that cost no points, once for each giver: what a challenge was for."""
    if vouchers_of(db, giver):
        return []
    for number in range(1, vouchers + 1):
        add(db, giver, number, chosen, 0, now_us)
    activate_waiting(db, chosen, now_us)
    return vouchers_of(db, giver)


def on_hand(db: Connection, participant: str) -> int:
    """Return the points that count towards the next voucher."""
    return points.balance(db, participant) + ledger.balance(db, _giver(participant))


def give_with(db: Connection, participant: str, team: str | None, now_us: int) -> None:
    """Let points from now on go to a team's pot, or again to the own next gift."""
    number, held = _last_team(db, participant)
    if held != team:
        row = {"participant": participant, "choice": number + 1, "team": team, "at_us": now_us}
        insert_once(db, pooling, row)


def team_of(db: Connection, participant: str) -> str | None:
    """Return the team someone gives with, or None for who gives by themselves."""
    return _last_team(db, participant)[1]


def pot(team: str) -> str:
    """Return the account of the points a team has gathered, and the name it gives under."""
    return f"team:{team}"


def _cross(
    db: Connection,
    giver: str,
    account: str,
    held: int,
    chosen: str | None,
    threshold: int,
    now_us: int,
) -> list[Voucher]:
    if chosen is None or held < threshold:
        return []
    before = len(vouchers_of(db, giver))
    for number in range(before + 1, before + 1 + held // threshold):
        voucher = add(db, giver, number, chosen, threshold, now_us)
        given = ledger.transfer(account, _GIVEN, Unit.POINTS, threshold)
        ledger.post(db, f"cross/{voucher.id}", given, now_us)
    activate_waiting(db, chosen, now_us)
    return vouchers_of(db, giver)[before:]


def _pool(db: Connection, participant: str, team: str, now_us: int) -> None:
    amount = on_hand(db, participant)
    if amount > 0:
        moved = ledger.transfer(_giver(participant), pot(team), Unit.POINTS, amount)
        earned = points.balance(db, participant)  # grows with each time: no key comes twice
        ledger.post(db, f"{ledger.POOL}{participant}/{earned}", moved, now_us)


def _giver(participant: str) -> str:
    return f"participant:{participant}"


def _last_choice(db: Connection, participant: str) -> tuple[int, str | None]:
    query = select(causes.c.choice, causes.c.cause).where(causes.c.participant == participant)
    row = db.execute(query.order_by(causes.c.choice.desc()).limit(1)).one_or_none()
    return row or (0, None)


def _last_team(db: Connection, participant: str) -> tuple[int, str | None]:
    query = select(pooling.c.choice, pooling.c.team).where(pooling.c.participant == participant)
    row = db.execute(query.order_by(pooling.c.choice.desc()).limit(1)).one_or_none()
    return row or (0, None)
