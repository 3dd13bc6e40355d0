"""Whether the books of giving are right: the rules they keep, checked over all of them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Connection

from coaching.giving import ledger, points
from coaching.giving.vouchers import State, Voucher, all_vouchers, own, sponsor


def audit(db: Connection) -> list[str]:
    """Return what is wrong, in words; nothing when the books balance."""
    held = ledger.balances(db)
    given = all_vouchers(db)
    return [
        *(f"transaction {key} does not balance" for key in ledger.unbalanced(db)),
        *_givers(held, given, points.totals(db), ledger.pooled(db)),
        *_rows(given),
        *_sponsors(held, given),
        *(problem for voucher in given for problem in _voucher(voucher, held)),
    ]


def _givers(
    held: Mapping[str, int],
    given: Sequence[Voucher],
    earned: Mapping[str, int],
    pooled: Mapping[str, int],
) -> Iterator[str]:
    worth = Counter[str]()
    for voucher in given:
        worth[_account(voucher.participant)] += voucher.points
    for name in sorted({*held, *worth, *pooled}):
        if name.startswith("participant:"):
            yield from _one(name, -held.get(name, 0), worth[name] - pooled.get(name, 0), earned)
        if name.startswith("team:"):
            yield from _pot(name, held.get(name, 0), pooled.get(name, 0), worth[name])


def _one(name: str, booked: int, due: int, earned: Mapping[str, int]) -> Iterator[str]:
    participant = name.removeprefix("participant:")
    if booked != due:
        yield f"{participant} gave {booked} points for vouchers and pots of {due}"
    if booked > earned.get(participant, 0):
        yield f"{participant} gave {booked} points of {earned.get(participant, 0)} earned"


def _pot(name: str, holds: int, got: int, gave: int) -> Iterator[str]:
    if holds != got - gave or holds < 0:
        yield f"{name} holds {holds} points of {got}, and gave {gave}"


def _rows(given: Sequence[Voucher]) -> Iterator[str]:
    for giver, group in groupby(given, key=attrgetter("participant")):
        numbers = [voucher.number for voucher in group]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"{giver} lacks a voucher in the row"


def _account(giver: str) -> str:
    return giver if ":" in giver else f"participant:{giver}"


def _sponsors(held: Mapping[str, int], given: Sequence[Voucher]) -> Iterator[str]:
    waiting = {voucher.cause for voucher in given if voucher.state is State.WAITING}
    for name, left in held.items():
        if name.startswith("sponsor:") and left < 0:
            yield f"{name} paid {-left} vouchers beyond its budget"
    for cause in sorted(waiting):
        if held.get(sponsor(cause), 0) > 0:
            yield f"a voucher waits for {sponsor(cause)}, which has a budget"


def _voucher(voucher: Voucher, held: Mapping[str, int]) -> Iterator[str]:
    on_its_way = voucher.state in {State.ACTIVATED, State.REDEEMED}
    holds = held.get(own(voucher.id), 0)
    if holds != on_its_way:
        yield f"voucher {voucher.id} is {voucher.state} and holds {holds}"
    steps = (voucher.activated_us, voucher.redeemed_us, voucher.delivered_us)
    told = [step is not None for step in steps]
    if told != sorted(told, reverse=True):
        yield f"voucher {voucher.id} skipped a step"
