"""Points become vouchers: one for each threshold crossed, for the cause chosen at that time.

Points go from `participant:<id>` to `given`; a sponsor's vouchers go from `pledged` to
`sponsor:<cause>`, to `voucher:<id>` when one is activated, to `spent` once it is delivered.
Call these in the store's one writer: two at once could spend the same budget.
"""

from typing import Final

from sqlalchemy import Connection, select

from coaching import ledger, points
from coaching.audit import audit
from coaching.giving_tables import causes
from coaching.ledger import Unit, balances
from coaching.vouchers import (
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
    "on_hand",
    "redeem",
    "settle",
    "vouchers_of",
]

_GIVEN: Final = "given"
_PLEDGED: Final = "pledged"


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


def settle(
    db: Connection, participant: str, chosen: str | None, threshold: int, now_us: int
) -> list[Voucher]:
    """Give a voucher for each threshold the points suffice for; return the new ones.

    Without a cause the points wait. Without a budget the voucher does, and is returned as well.
    """
    if threshold < 1:
        raise ValueError(f"a threshold of {threshold} points")
    if chosen is None or (crossings := on_hand(db, participant) // threshold) < 1:
        return []
    given = len(vouchers_of(db, participant))
    for number in range(given + 1, given + crossings + 1):
        _cross(db, participant, number, chosen, threshold, now_us)
    activate_waiting(db, chosen, now_us)
    return vouchers_of(db, participant)[given:]


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


def _cross(
    db: Connection, participant: str, number: int, chosen: str, threshold: int, now_us: int
) -> None:
    voucher = add(db, participant, number, chosen, threshold, now_us)
    given = ledger.transfer(_giver(participant), _GIVEN, Unit.POINTS, threshold)
    ledger.post(db, f"cross/{voucher.id}", given, now_us)


def _giver(participant: str) -> str:
    return f"participant:{participant}"


def _last_choice(db: Connection, participant: str) -> tuple[int, str | None]:
    query = select(causes.c.choice, causes.c.cause).where(causes.c.participant == participant)
    row = db.execute(query.order_by(causes.c.choice.desc()).limit(1)).one_or_none()
    return row or (0, None)
