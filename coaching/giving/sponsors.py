"""What a sponsor is told: their pledges, the gifts of their causes, and no giver's name."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from coaching.giving import ledger, vouchers
from coaching.giving.tables import pledges
from coaching.giving.vouchers import State, Voucher


@dataclass(frozen=True, slots=True)
class Gift:
    """A voucher without its giver."""

    code: str
    cause: str
    state: State
    crossed_us: int
    delivered_us: int | None


@dataclass(frozen=True, slots=True)
class Impact:
    """What became of what a sponsor pledged to one cause."""

    cause: str
    pledged: int  # by them
    left: int  # of all that was pledged to the cause
    states: dict[State, int]  # of all its gifts

    @property
    def examined(self) -> int:
        """How many people had their eyes examined."""
        return self.states[State.REDEEMED] + self.states[State.DELIVERED]


def impact(db: Connection, sponsor: str) -> list[Impact]:
    """Return it for each cause they pledged to."""
    total = func.sum(pledges.c.vouchers)
    query = select(pledges.c.cause, total).where(pledges.c.sponsor == sponsor)
    rows = db.execute(query.group_by(pledges.c.cause).order_by(pledges.c.cause)).all()
    return [_impact(db, cause, int(pledged)) for cause, pledged in rows]


def gifts_of(db: Connection, sponsor: str) -> list[Gift]:
    """Return the gifts of their causes, the latest first."""
    causes = [each.cause for each in impact(db, sponsor)]
    return [_gift(voucher) for voucher in vouchers.of_causes(db, causes)]


def impacts(db: Connection) -> list[Impact]:
    """Return what became of all pledges together, by cause."""
    query = select(pledges.c.cause, func.sum(pledges.c.vouchers)).group_by(pledges.c.cause)
    return [_impact(db, cause, int(pledged)) for cause, pledged in db.execute(query).all()]


def all_gifts(db: Connection, causes: Collection[str]) -> list[Gift]:
    """Return every gift for some causes, the latest first."""
    return [_gift(voucher) for voucher in vouchers.of_causes(db, list(causes))]


def _impact(db: Connection, cause: str, pledged: int) -> Impact:
    counted = Counter(voucher.state for voucher in vouchers.of_causes(db, [cause]))
    left = ledger.balance(db, vouchers.sponsor(cause))
    return Impact(cause, pledged, left, {state: counted[state] for state in State})


def _gift(voucher: Voucher) -> Gift:
    return Gift(
        voucher.code, voucher.cause, voucher.state, voucher.crossed_us, voucher.delivered_us
    )
