"""What operators and sponsors do with gifts, and how participants give together."""

from typing import Final

from sqlalchemy import Connection

from coaching.acts.act import Outcome, accepted, refused
from coaching.acts.giving import (
    ChooseCause,
    DeliverVoucher,
    GiveTogether,
    PledgeVouchers,
    RedeemVoucher,
)
from coaching.days import observing
from coaching.giving import gifts, thanks, vouchers
from coaching.giving.gifts import Pledge, WrongState
from coaching.grounds import Grounds
from coaching.requests.deed import Deed, Deeds
from people import registry
from people.authorize import Action, Topic
from people.sentence import Sentence


def choose_cause(db: Connection, act: ChooseCause, grounds: Grounds, now_us: int) -> Outcome:
    """Choose whom the points give to; points that suffice already give at once."""
    words = grounds.protocol.giving.causes.get(act.cause)
    if words is None:
        return refused("This study has no such cause.")
    gifts.choose_cause(db, act.participant, act.cause, now_us)
    observing.settle(db, act.participant, grounds.protocol, now_us)
    return accepted("Your points now go to %(cause)s.", cause=Sentence(words))


def pledge(db: Connection, act: PledgeVouchers, grounds: Grounds, now_us: int) -> Outcome:
    """Book what a sponsor pays for."""
    words = grounds.protocol.giving.causes.get(act.cause)
    if words is None:
        return refused("This study has no such cause.")
    sponsor = registry.find_person(db, act.sponsor)
    if sponsor is None or sponsor.role is not registry.Role.SPONSOR:
        return refused("No sponsor goes by %(sponsor)s.", sponsor=act.sponsor)
    if act.vouchers < 1:
        return refused("A pledge is of one voucher or more.")
    new = Pledge(act.reference, act.sponsor, act.cause, act.vouchers)
    given = gifts.pledge(db, new, now_us)
    booked = accepted(
        "Booked under %(reference)s: %(vouchers)s for %(cause)s.",
        reference=act.reference,
        vouchers=act.vouchers,
        cause=Sentence(words),
    )
    return booked.touching(*(voucher.participant for voucher in given))


def redeem(db: Connection, act: RedeemVoucher, _: Grounds, now_us: int) -> Outcome:
    """Note an eye exam."""
    try:
        voucher = vouchers.by_code(db, act.code)
        gifts.redeem(db, voucher.id, now_us)
    except WrongState as error:
        return Outcome(ok=False, says=error.says)
    return accepted("%(code)s: the eyes were examined.", code=act.code)


def deliver(db: Connection, act: DeliverVoucher, grounds: Grounds, now_us: int) -> Outcome:
    """Note that the glasses are there, and thank whoever gave them."""
    try:
        voucher = vouchers.by_code(db, act.code)
        done = gifts.deliver(db, voucher.id, now_us)
    except WrongState as error:
        return Outcome(ok=False, says=error.says)
    thanked = thanks.thank(db, voucher, grounds, now_us) if done else ()
    return accepted("%(code)s: the glasses are there.", code=act.code).touching(*thanked)


def give_together(db: Connection, act: GiveTogether, grounds: Grounds, now_us: int) -> Outcome:
    """Put points into a team's pot from now on, or into the own next gift again."""
    if act.team is not None and act.team not in registry.teams_of(db, act.participant):
        return refused("That is for a team you are in.")
    gifts.give_with(db, act.participant, act.team, now_us)
    observing.settle(db, act.participant, grounds.protocol, now_us)
    if act.team is None:
        return accepted("Your points give by themselves again.")
    return accepted("Your points now give together with %(team)s.", team=act.team)


DEEDS: Final[Deeds] = {
    ChooseCause: Deed(choose_cause, Action.SET, Topic.GIVING),
    PledgeVouchers: Deed(pledge, Action.OPERATE),
    RedeemVoucher: Deed(redeem, Action.HANDLE_GIFTS),
    DeliverVoucher: Deed(deliver, Action.HANDLE_GIFTS),
    GiveTogether: Deed(give_together, Action.SET, Topic.GIVING),
}
