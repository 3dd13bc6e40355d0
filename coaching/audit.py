"""Whether the books of giving are right: the rules they keep, checked over all of them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Connection

from coaching import ledger, points
from coaching.vouchers import State, Voucher, all_vouchers, own, sponsor


def audit(db: Connection) -> list[str]:
    """Return what is wrong, in words; nothing when the books balance."""
    held = ledger.balances(db)
    given = all_vouchers(db)
    return [
        *(f"transaction {key} does not balance" for key in ledger.unbalanced(db)),
        *_participants(held, given, points.totals(db)),
        *_sponsors(held, given),
        *(problem for voucher in given for problem in _voucher(voucher, held)),
    ]


def _participants(
    held: Mapping[str, int], given: Sequence[Voucher], earned: Mapping[str, int]
) -> Iterator[str]:
    paid = {name: -total for name, total in held.items() if name.startswith("participant:")}
    for participant, group in groupby(given, key=attrgetter("participant")):
        theirs = list(group)
        booked = paid.pop(f"participant:{participant}", 0)
        worth = sum(voucher.points for voucher in theirs)
        if booked != worth:
            yield f"{participant} gave {booked} points for vouchers worth {worth}"
        if booked > earned.get(participant, 0):
            yield f"{participant} gave {booked} points of {earned.get(participant, 0)} earned"
        if [voucher.number for voucher in theirs] != list(range(1, len(theirs) + 1)):
            yield f"{participant} lacks a voucher in the row"
    yield from (f"{name} gave {total} points for no voucher" for name, total in paid.items())


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
