"""What the demo's people do together: challenges they opted into, and gifts that arrive."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from coaching.acts.act import Act
from coaching.acts.challenges import JoinChallenge, ProposeChallenge
from coaching.acts.coaches import DescribeCoach, VerifyCoach
from coaching.acts.giving import DeliverVoucher, PledgeVouchers, RedeemVoucher
from coaching.engine import Engine
from kindstep import roster
from people.authorize import Actor, Role

#: Which challenges there were, and on which day of the study each began.
_PROPOSED: Final = {"pool": 2, "fortnight": 15}
_PLEDGED: Final = 25
_PANEL: Final = 60
_NEXT: Final = {"activated": RedeemVoucher, "redeemed": DeliverVoucher}
_LONER: Final = 6  # every so many-th joins nothing


def challenge(
    db: Connection, engine: Engine, people: Sequence[roster.Member], now_us: int
) -> None:
    """Open challenges to all teams; most join."""
    today = datetime.fromtimestamp(now_us / 1e6, UTC).date()
    for offer, after in _PROPOSED.items():
        _propose(db, engine, offer, today + timedelta(days=after), now_us)
    for member in people:
        if member.seed % _LONER:
            _join(db, engine, member.id, now_us)


def verify(db: Connection, engine: Engine, now_us: int) -> None:
    """Let coaches be ones that people can be given to."""
    until = datetime.fromtimestamp(now_us / 1e6, UTC).date() + timedelta(days=700)
    for coach, (credential, topics) in roster.COACHES.items():
        act = VerifyCoach(
            participant=roster.operator(), coach=coach, credential=credential, valid_until=until
        )
        _do(db, engine, Actor(roster.operator(), Role.OPERATOR), act, now_us)
        found = DescribeCoach(
            participant=coach, languages=("en",), topics=topics, most_people=_PANEL
        )
        _do(db, engine, Actor(coach, Role.COACH), found, now_us)


def pledge(db: Connection, engine: Engine, now_us: int) -> None:
    """Let a sponsor pay for more of each cause."""
    for cause in engine.causes():
        act = PledgeVouchers(
            participant=roster.operator(),
            sponsor=roster.sponsor(),
            cause=cause,
            vouchers=_PLEDGED,
            reference=f"demo/{cause}",
        )
        _do(db, engine, Actor(roster.operator(), Role.OPERATOR), act, now_us)


def hand_over(db: Connection, engine: Engine, now_us: int) -> None:
    """Bring each gift one step further: the exam, then the glasses."""
    sponsor = roster.sponsor()
    for gift in engine.gifts(db, sponsor):
        act = _NEXT.get(gift.state)
        if act is not None:
            what = act(participant=sponsor, code=gift.code)
            _do(db, engine, Actor(sponsor, Role.SPONSOR), what, now_us)


def _propose(db: Connection, engine: Engine, offer: str, day: date, now_us: int) -> None:
    operator = roster.operator()
    act = ProposeChallenge(participant=operator, offer=offer, first_day=day)
    _do(db, engine, Actor(operator, Role.OPERATOR), act, now_us)


def _join(db: Connection, engine: Engine, participant: str, now_us: int) -> None:
    for each in engine.challenges(db, participant, now_us).invitations:
        act = JoinChallenge(participant=participant, challenge=each.id)
        _do(db, engine, Actor(participant, Role.PARTICIPANT), act, now_us)


def _do(db: Connection, engine: Engine, actor: Actor, act: Act, now_us: int) -> None:
    outcome = engine.act(db, actor, act, now_us)
    if not outcome.ok:
        raise ValueError(str(outcome.says))
