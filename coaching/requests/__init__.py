"""What each act does, once `authorize` let it pass."""

from typing import Final, Union

import msgspec
from sqlalchemy import Connection

from coaching.acts.act import Act, Outcome, accepted
from coaching.acts.challenges import ProposeChallenge, StartChallenge
from coaching.acts.choices import SetConsent
from coaching.acts.circle import SendCheer
from coaching.acts.desk import (
    Deal,
    DecideDraft,
    Look,
    StrikeNote,
    Supervise,
    UndoDeal,
    WriteNote,
)
from coaching.acts.giving import DeliverVoucher, RedeemVoucher
from coaching.acts.prompts import (
    AssignTicket,
    CoachMessage,
    ReleaseTicket,
    ReopenTicket,
    ResolveTicket,
    TakeTicket,
)
from coaching.giving import sponsors
from coaching.grounds import Grounds
from coaching.requests import (
    challenges,
    choices,
    circle,
    coach_messages,
    coaches,
    desk,
    flags,
    gifts,
    once,
    profiles,
    questionnaires,
    reaching,
    replies,
    study,
)
from coaching.requests.deed import Deed
from people import registry
from people.authorize import (
    OF_STAFF,
    Action,
    Actor,
    Refused,
    Role,
    Topic,
    authorize,
    visible,
)

_DEEDS: Final = {
    **replies.DEEDS,
    **questionnaires.DEEDS,
    **coach_messages.DEEDS,
    **flags.DEEDS,
    **desk.DEEDS,
    **choices.DEEDS,
    **profiles.DEEDS,
    **reaching.DEEDS,
    **circle.DEEDS,
    **challenges.DEEDS,
    **gifts.DEEDS,
    **coaches.DEEDS,
    **study.DEEDS,
}
_HERE_ALREADY: Final = accepted("That had reached us already.")
_SIGNED: Final = (
    CoachMessage,
    TakeTicket,
    AssignTicket,
    ReleaseTicket,
    ReopenTicket,
    ResolveTicket,
    WriteNote,
    StrikeNote,
    Deal,
    UndoDeal,
    Look,
    Supervise,
    DecideDraft,
)
_acts: Final = msgspec.msgpack.Decoder[Act](Union[tuple(_DEEDS)])  # noqa: UP007 - made at run time


def read(body: bytes) -> Act:
    """Read an act as MessagePack; raise msgspec.ValidationError for what is none."""
    return _acts.decode(body)


def perform(db: Connection, actor: Actor, act: Act, grounds: Grounds, now_us: int) -> Outcome:
    """Let an act take effect; raise Refused when the actor may not."""
    deed = _DEEDS[type(act)]
    _admit(db, actor, act, deed, now_us)
    if act.once and not once.is_first(db, act.participant, act.once, now_us):
        return _HERE_ALREADY
    return deed.do(db, act, grounds, now_us)


def _admit(db: Connection, actor: Actor, act: Act, deed: Deed, now_us: int) -> None:
    topic = act.topic if isinstance(act, SetConsent) else deed.topic
    authorize(db, actor, deed.action, act.participant, topic, now_us=now_us)
    if isinstance(act, SendCheer):
        authorize(db, actor, Action.CHEER, act.to, Topic.CIRCLE, now_us=now_us)
    if isinstance(act, StartChallenge) and act.to is not None:
        authorize(db, actor, Action.CHEER, act.to, Topic.CIRCLE, now_us=now_us)
    if isinstance(act, ProposeChallenge) and actor.role is Role.COACH:
        _admit_teams(db, actor, act, now_us)
    if isinstance(act, RedeemVoucher | DeliverVoucher):
        _admit_sponsor(db, actor, act)
    if deed.action in OF_STAFF and act.participant != actor.person:
        raise Refused(actor, deed.action, act.participant, "staff sign with their own name")
    if isinstance(act, _SIGNED) and (act.coach != actor.person or actor.role is not Role.COACH):
        raise Refused(actor, deed.action, act.participant, "a coach signs with their own name")


def _admit_teams(db: Connection, actor: Actor, act: ProposeChallenge, now_us: int) -> None:
    panel = registry.panel_of(db, actor.person, now_us)
    shown = visible(db, actor, panel, Topic.CIRCLE, now_us)
    if not act.teams or not set(act.teams) <= registry.teams_among(db, shown).keys():
        raise Refused(actor, Action.PROPOSE, act.participant, "not teams of their panel")


def _admit_sponsor(db: Connection, actor: Actor, act: RedeemVoucher | DeliverVoucher) -> None:
    if actor.role is not Role.SPONSOR:
        return
    code = act.code
    if not any(code == voucher.code for voucher in sponsors.gifts_of(db, actor.person)):
        raise Refused(actor, Action.HANDLE_GIFTS, code, "not of a cause they pay for")
