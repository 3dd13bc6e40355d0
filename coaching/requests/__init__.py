"""What each act does, once `authorize` let it pass."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from sqlalchemy import Connection

from coaching.acts import (
    AcceptInvite,
    Act,
    AnswerPrompt,
    AnswerQuestions,
    AnswerRating,
    AssignCoach,
    Befriend,
    Block,
    ChooseCause,
    CoachMessage,
    Decline,
    DeliverVoucher,
    DescribeCoach,
    EndFriendship,
    GiveTogether,
    Invite,
    JoinChallenge,
    LeaveChallenge,
    LeaveTeam,
    Like,
    Moderate,
    Mute,
    Outcome,
    Pause,
    PledgeVouchers,
    ProposeChallenge,
    RateCoach,
    Reach,
    Received,
    RedeemVoucher,
    Reply,
    Report,
    ResolveTicket,
    Resume,
    SayComment,
    SendCheer,
    SetBand,
    SetConsent,
    SetFrequency,
    SetProfile,
    SetQuietHours,
    ShowPrompt,
    SkipQuestions,
    Snooze,
    StartChallenge,
    StartTeam,
    StopReaching,
    TakeTicket,
    UndoAnswer,
    VerifyCoach,
)
from coaching.giving import sponsors
from coaching.grounds import Grounds
from coaching.requests import (
    challenges,
    choices,
    circle,
    coach_messages,
    coaches,
    flags,
    gifts,
    profiles,
    questionnaires,
    reaching,
    replies,
)
from people.authorize import OF_STAFF, Action, Actor, Refused, Role, Topic, authorize


def perform(db: Connection, actor: Actor, act: Act, grounds: Grounds, now_us: int) -> Outcome:
    """Let an act take effect; raise Refused when the actor may not."""
    _admit(db, actor, act, now_us)
    return _DEEDS[type(act)](db, act, grounds, now_us)


def _admit(db: Connection, actor: Actor, act: Act, now_us: int) -> None:
    action, topic = _NEEDS.get(type(act), (Action.SET, None))
    if isinstance(act, SetConsent):
        topic = act.topic
    authorize(db, actor, action, act.participant, topic, now_us=now_us)
    if isinstance(act, SendCheer):
        authorize(db, actor, Action.CHEER, act.to, Topic.CIRCLE, now_us=now_us)
    if isinstance(act, StartChallenge) and act.to is not None:
        authorize(db, actor, Action.CHEER, act.to, Topic.CIRCLE, now_us=now_us)
    if isinstance(act, RedeemVoucher | DeliverVoucher):
        _admit_sponsor(db, actor, act)
    if action in OF_STAFF and act.participant != actor.person:
        raise Refused(actor, action, act.participant, "staff sign with their own name")
    signed = isinstance(act, CoachMessage | TakeTicket | ResolveTicket)
    if signed and act.coach != actor.person:
        raise Refused(actor, action, act.participant, "a coach signs with their own name")


def _admit_sponsor(db: Connection, actor: Actor, act: RedeemVoucher | DeliverVoucher) -> None:
    if actor.role is not Role.SPONSOR:
        return
    code = act.code
    if not any(code == voucher.code for voucher in sponsors.gifts_of(db, actor.person)):
        raise Refused(actor, Action.HANDLE_GIFTS, code, "not of a cause they pay for")


_NEEDS: Mapping[type[Act], tuple[Action, Topic | None]] = {
    AnswerPrompt: (Action.ANSWER, Topic.PROMPTS),
    UndoAnswer: (Action.ANSWER, Topic.PROMPTS),
    ShowPrompt: (Action.ANSWER, Topic.PROMPTS),
    Snooze: (Action.ANSWER, Topic.PROMPTS),
    Decline: (Action.ANSWER, Topic.PROMPTS),
    SetFrequency: (Action.SET, Topic.PROMPTS),
    SetBand: (Action.SET, Topic.ACTIVITY),
    AnswerQuestions: (Action.ANSWER, Topic.PROMPTS),
    SkipQuestions: (Action.ANSWER, Topic.PROMPTS),
    Reach: (Action.SET, Topic.PROMPTS),
    StopReaching: (Action.SET, Topic.PROMPTS),
    Received: (Action.ANSWER, Topic.PROMPTS),
    Reply: (Action.ANSWER, Topic.PROMPTS),
    TakeTicket: (Action.MESSAGE, Topic.MESSAGES),
    ResolveTicket: (Action.MESSAGE, Topic.MESSAGES),
    SendCheer: (Action.SET, Topic.CIRCLE),
    ChooseCause: (Action.SET, Topic.GIVING),
    SetQuietHours: (Action.SET, Topic.PROMPTS),
    Pause: (Action.SET, Topic.PROMPTS),
    Resume: (Action.SET, Topic.PROMPTS),
    CoachMessage: (Action.MESSAGE, Topic.MESSAGES),
    StartChallenge: (Action.SET, Topic.CIRCLE),
    ProposeChallenge: (Action.OPERATE, None),
    JoinChallenge: (Action.SET, Topic.CIRCLE),
    LeaveChallenge: (Action.SET, Topic.CIRCLE),
    GiveTogether: (Action.SET, Topic.GIVING),
    PledgeVouchers: (Action.OPERATE, None),
    RedeemVoucher: (Action.HANDLE_GIFTS, None),
    DeliverVoucher: (Action.HANDLE_GIFTS, None),
    AcceptInvite: (Action.SET, Topic.CIRCLE),
    Befriend: (Action.SET, Topic.CIRCLE),
    Block: (Action.SET, Topic.CIRCLE),
    EndFriendship: (Action.SET, Topic.CIRCLE),
    Invite: (Action.SET, Topic.CIRCLE),
    LeaveTeam: (Action.SET, Topic.CIRCLE),
    Like: (Action.SET, Topic.CIRCLE),
    Mute: (Action.SET, Topic.CIRCLE),
    Report: (Action.SET, Topic.CIRCLE),
    SayComment: (Action.SET, Topic.CIRCLE),
    StartTeam: (Action.SET, Topic.CIRCLE),
    Moderate: (Action.OPERATE, None),
    VerifyCoach: (Action.OPERATE, None),
    AssignCoach: (Action.OPERATE, None),
    DescribeCoach: (Action.COACH, None),
    RateCoach: (Action.SET, Topic.MESSAGES),
    AnswerRating: (Action.COACH, None),
}
_Deed: TypeAlias = Callable[[Connection, Any, Grounds, int], Outcome]
_DEEDS: Mapping[type[Act], _Deed] = {
    AnswerPrompt: replies.answer,
    UndoAnswer: replies.undo,
    ShowPrompt: replies.show,
    Snooze: replies.snooze,
    Decline: replies.decline,
    SetFrequency: choices.frequency,
    SetBand: choices.band,
    AnswerQuestions: questionnaires.answer,
    SkipQuestions: questionnaires.skip,
    SetProfile: profiles.set_profile,
    Reach: reaching.reach,
    StopReaching: reaching.stop,
    Received: reaching.received,
    Reply: replies.reply,
    TakeTicket: flags.take,
    ResolveTicket: flags.resolve,
    SendCheer: choices.cheer,
    ChooseCause: choices.choose_cause,
    SetQuietHours: choices.quiet_hours,
    Pause: choices.pause,
    Resume: choices.resume,
    SetConsent: choices.consent,
    CoachMessage: coach_messages.coach_message,
    StartChallenge: challenges.start,
    ProposeChallenge: challenges.propose,
    JoinChallenge: challenges.join,
    LeaveChallenge: challenges.leave,
    GiveTogether: gifts.give_together,
    PledgeVouchers: gifts.pledge,
    RedeemVoucher: gifts.redeem,
    DeliverVoucher: gifts.deliver,
    AcceptInvite: circle.accept,
    Befriend: circle.befriend,
    Block: circle.block,
    EndFriendship: circle.end_friendship,
    Invite: circle.invite,
    LeaveTeam: circle.leave_team,
    Like: circle.like,
    Moderate: circle.moderate,
    VerifyCoach: coaches.verify,
    AssignCoach: coaches.assign,
    DescribeCoach: coaches.describe,
    RateCoach: coaches.rate,
    AnswerRating: coaches.answer,
    Mute: circle.mute,
    Report: circle.report,
    SayComment: circle.say,
    StartTeam: circle.start_team,
}
