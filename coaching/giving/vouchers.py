"""An eye exam and glasses for someone: a voucher, from its crossing to delivery."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, Select, func, insert, select, update

from coaching.giving import ledger
from coaching.giving.ledger import Unit
from coaching.giving.tables import vouchers
from people.sentence import Worded, say


class State(StrEnum):
    """How far a voucher has come, in this order."""

    WAITING = "waiting"  # for the sponsor's budget
    ACTIVATED = "activated"
    REDEEMED = "redeemed"  # the eyes were examined
    DELIVERED = "delivered"  # the glasses are on someone's nose


class WrongState(Worded, ValueError):
    """The voucher is not where that step begins."""


@dataclass(frozen=True, slots=True)
class Voucher:
    """One gift, and when it came how far."""

    id: str
    code: str  # as sponsors know it: it names no giver
    participant: str  # or "team:...", "challenge:..."
    number: int  # of this participant, from 1
    cause: str
    points: int
    crossed_us: int
    activated_us: int | None = None
    redeemed_us: int | None = None
    delivered_us: int | None = None

    @property
    def state(self) -> State:
        """Return how far it has come."""
        if self.delivered_us is not None:
            return State.DELIVERED
        if self.redeemed_us is not None:
            return State.REDEEMED
        return State.WAITING if self.activated_us is None else State.ACTIVATED


def sponsor(cause: str) -> str:
    """Return the account of a cause's sponsor: the vouchers it still pays for."""
    return f"sponsor:{cause}"


def own(voucher_id: str) -> str:
    """Return the account of a voucher: 1 while it is on its way."""
    return f"voucher:{voucher_id}"


#: The account of vouchers that became glasses.
SPENT: Final = "spent"


def add(
    db: Connection, participant: str, number: int, cause: str, points: int, now_us: int
) -> Voucher:
    """Record a crossing; the voucher waits until it is activated."""
    which, code = f"{participant}-{number}", f"{cause}-{_given_to(db, cause) + 1}"
    voucher = Voucher(which, code, participant, number, cause, points, now_us)
    fields = ("id", "code", "participant", "number", "cause", "points", "crossed_us")
    db.execute(insert(vouchers).values({name: getattr(voucher, name) for name in fields}))
    return voucher


def activate_waiting(db: Connection, cause: str, now_us: int) -> list[Voucher]:
    """Activate what waits for a cause, first come first served, as far as its budget goes."""
    budget = ledger.balance(db, sponsor(cause))
    query = _all().where(vouchers.c.cause == cause, vouchers.c.activated_us.is_(None))
    oldest = query.order_by(vouchers.c.crossed_us, vouchers.c.participant, vouchers.c.number)
    return [
        _activate(db, voucher, now_us) for voucher in _read(db, oldest.limit(max(0, budget)))
    ]


def redeem(db: Connection, voucher_id: str, now_us: int) -> bool:
    """Note the eye exam; False when it was noted already, WrongState before activation."""
    voucher = _one(db, voucher_id)
    if voucher.state is State.WAITING:
        raise WrongState(say("%(code)s still waits for a budget.", code=voucher.code))
    if voucher.state is State.ACTIVATED:
        _stamp(db, voucher_id, "redeemed_us", now_us)
    return voucher.state is State.ACTIVATED


def deliver(db: Connection, voucher_id: str, now_us: int) -> bool:
    """Note the glasses; False when they were noted already, WrongState before the exam."""
    voucher = _one(db, voucher_id)
    if voucher.state in {State.WAITING, State.ACTIVATED}:
        raise WrongState(say("%(code)s: the eyes were not examined yet.", code=voucher.code))
    if voucher.state is State.REDEEMED:
        handed = ledger.transfer(own(voucher_id), SPENT, Unit.VOUCHERS, 1)
        ledger.post(db, f"deliver/{voucher_id}", handed, now_us)
        _stamp(db, voucher_id, "delivered_us", now_us)
    return voucher.state is State.REDEEMED


def vouchers_of(db: Connection, participant: str) -> list[Voucher]:
    """Return a participant's vouchers in the order they were given."""
    query = _all().where(vouchers.c.participant == participant)
    return _read(db, query.order_by(vouchers.c.number))


def by_code(db: Connection, code: str) -> Voucher:
    """Return the voucher a sponsor means; raise WrongState when there is none."""
    found = _read(db, _all().where(vouchers.c.code == code))
    if not found:
        raise WrongState(say("No voucher goes by %(code)s.", code=code))
    return found[0]


def of_causes(db: Connection, causes: Collection[str]) -> list[Voucher]:
    """Return the vouchers for some causes, the latest first."""
    query = _all().where(vouchers.c.cause.in_(causes))
    return _read(db, query.order_by(vouchers.c.crossed_us.desc(), vouchers.c.code))


def all_vouchers(db: Connection) -> list[Voucher]:
    """Return everyone's vouchers."""
    return _read(db, _all().order_by(vouchers.c.participant, vouchers.c.number))


def _activate(db: Connection, voucher: Voucher, now_us: int) -> Voucher:
    paid = ledger.transfer(sponsor(voucher.cause), own(voucher.id), Unit.VOUCHERS, 1)
    ledger.post(db, f"activate/{voucher.id}", paid, now_us)
    _stamp(db, voucher.id, "activated_us", now_us)
    return _one(db, voucher.id)


def _given_to(db: Connection, cause: str) -> int:
    query = select(func.count()).select_from(vouchers).where(vouchers.c.cause == cause)
    return db.scalar(query) or 0


def _stamp(db: Connection, voucher_id: str, column: str, now_us: int) -> None:
    db.execute(update(vouchers).where(vouchers.c.id == voucher_id).values({column: now_us}))


def _one(db: Connection, voucher_id: str) -> Voucher:
    found = _read(db, _all().where(vouchers.c.id == voucher_id))
    if not found:
        raise WrongState(say("No voucher goes by %(code)s.", code=voucher_id))
    return found[0]


def _all() -> Select[*tuple[object, ...]]:
    return select(*(vouchers.c[name] for name in Voucher.__slots__))


def _read(db: Connection, query: Select[*tuple[object, ...]]) -> list[Voucher]:
    return [Voucher(**row) for row in db.execute(query).mappings()]
