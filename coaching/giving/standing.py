"""How far somebody's giving has come."""

from dataclasses import dataclass

from sqlalchemy import Connection

from coaching.giving import gifts, ledger
from coaching.giving.vouchers import vouchers_of


@dataclass(frozen=True, slots=True)
class GivingState:
    """How far a participant's points have come."""

    points: int  # towards the next voucher
    threshold: int
    cause: str | None
    vouchers: int  # given so far
    activated: int  # of these, paid for by a sponsor; the others wait for one
    delivered: int  # of these, glasses that someone wears
    team: str | None  # whose pot the points go to
    team_points: int
    team_vouchers: int


def standing(db: Connection, participant: str, threshold_points: int) -> GivingState:
    """Return what the points have given and how far the next gift is."""
    vouchers = vouchers_of(db, participant)
    team = gifts.team_of(db, participant)
    pot = gifts.pot(team or "")
    return GivingState(
        points=gifts.on_hand(db, participant),
        threshold=threshold_points,
        cause=gifts.cause(db, participant),
        vouchers=len(vouchers),
        activated=sum(voucher.activated_us is not None for voucher in vouchers),
        delivered=sum(voucher.delivered_us is not None for voucher in vouchers),
        team=team,
        team_points=ledger.balance(db, pot) if team else 0,
        team_vouchers=len(vouchers_of(db, pot)) if team else 0,
    )
