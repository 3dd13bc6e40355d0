"""What a person may ask of the coach, and what comes back."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

import msgspec

from people.authorize import Topic
from people.registry import ViewerKind


class _Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    """One request; `participant` is whom it is about."""

    participant: str


class AnswerPrompt(_Act, frozen=True, kw_only=True):
    """Answer a message with one of the options it offered."""

    message_id: int
    answer: str


class UndoAnswer(_Act, frozen=True, kw_only=True):
    """Take an answer back; the message can be answered again."""

    message_id: int


class ShowPrompt(_Act, frozen=True, kw_only=True):
    """Note that the message was on the screen."""

    message_id: int


class Snooze(_Act, frozen=True, kw_only=True):
    """Put a message away and bring it back later."""

    message_id: int
    minutes: int


class Decline(_Act, frozen=True, kw_only=True):
    """Put a message away, and hear nothing more like it for a while."""

    message_id: int
    kind_too: bool  # nothing of this kind for long; else nothing at all for some hours


class SetFrequency(_Act, frozen=True, kw_only=True):
    """Choose how many pushes a day there may be at most, from whomever."""

    pushes_a_day: int


class SetBand(_Act, frozen=True, kw_only=True):
    """Choose between which steps the daily goal may be, from tomorrow on."""

    lowest_steps: int
    highest_steps: int


class Reach(_Act, frozen=True, kw_only=True):
    """Be notified on this browser, or by what one wears."""

    channel: Literal["web_push", "wearable"]
    address: str = ""  # web push: the browser's subscription, as JSON


class StopReaching(_Act, frozen=True, kw_only=True):
    """Be notified there no longer."""

    address_id: str


class Received(_Act, frozen=True, kw_only=True):
    """A browser says that a notification came."""

    key: str


class Reply(_Act, frozen=True, kw_only=True):
    """Answer a message in one's own words."""

    message_id: int
    text: str


class TakeTicket(_Act, frozen=True, kw_only=True):
    """Look after a red flag."""

    coach: str
    ticket_id: int


class ResolveTicket(_Act, frozen=True, kw_only=True):
    """Close a red flag, and say what came of it."""

    coach: str
    ticket_id: int
    note: str


class AnswerQuestions(_Act, frozen=True, kw_only=True):
    """Answer a questionnaire; what is left out was skipped."""

    asked_id: int
    answers: dict[str, str]  # item -> answer


class SkipQuestions(_Act, frozen=True, kw_only=True):
    """Answer none of it."""

    asked_id: int


class SetProfile(_Act, frozen=True, kw_only=True):
    """Say what scores and words depend on; none: not known."""

    age_years: int | None
    placement: str | None
    resting_bpm: float | None
    language: str


class SendCheer(_Act, frozen=True, kw_only=True):
    """Cheer a friend: `participant` sends, `to` receives."""

    to: str


class ChooseCause(_Act, frozen=True, kw_only=True):
    """Choose whom the points give glasses to."""

    cause: str


class SetQuietHours(_Act, frozen=True, kw_only=True):
    """Choose when nothing is pushed, in minutes of the local day; start == end: never quiet."""

    start_minute: int
    end_minute: int


class Pause(_Act, frozen=True, kw_only=True):
    """Rest, be sick or travel: no prompts, no missed days and no rising goal until `until`."""

    reason: str  # "rest" | "sick" | "vacation"
    until: date  # the first local day on which prompts may come again


class Resume(_Act, frozen=True, kw_only=True):
    """End a pause now."""


class SetConsent(_Act, frozen=True, kw_only=True):
    """Grant or withdraw one viewer's sight of one topic."""

    topic: Topic
    viewer: ViewerKind
    granted: bool


class CoachMessage(_Act, frozen=True, kw_only=True):
    """Send a participant one of the approved messages, in the coach's name."""

    coach: str
    template_id: str


class StartChallenge(_Act, frozen=True, kw_only=True):
    """Start one of the study's challenges, for one's team or with a friend, and join it."""

    offer: str
    first_day: date
    team: str | None = None  # none: one's first
    to: str | None = None  # the friend, of a duel


class ProposeChallenge(_Act, frozen=True, kw_only=True):
    """Open a challenge to teams; `participant` is the operator who does."""

    offer: str
    first_day: date
    teams: tuple[str, ...] = ()  # none: every team


class JoinChallenge(_Act, frozen=True, kw_only=True):
    """Opt into a challenge."""

    challenge: str


class LeaveChallenge(_Act, frozen=True, kw_only=True):
    """Opt out of it."""

    challenge: str


class GiveTogether(_Act, frozen=True, kw_only=True):
    """Let points go to a team's pot, or by themselves again."""

    team: str | None


class PledgeVouchers(_Act, frozen=True, kw_only=True):
    """Book what a sponsor pays for; `participant` is the operator who does."""

    sponsor: str
    cause: str
    vouchers: int
    reference: str  # told twice it counts once


class RedeemVoucher(_Act, frozen=True, kw_only=True):
    """Note an eye exam; `participant` is the operator, or a sponsor of the cause."""

    code: str


class DeliverVoucher(_Act, frozen=True, kw_only=True):
    """Note that the glasses are there; by whom, as for the exam."""

    code: str


class Befriend(_Act, frozen=True, kw_only=True):
    """Ask a team mate to be a friend, or say yes to who asked."""

    to: str


class EndFriendship(_Act, frozen=True, kw_only=True):
    """End a friendship for both, or say no to who asked."""

    to: str


class Block(_Act, frozen=True, kw_only=True):
    """Have nothing to do with someone of one's circle, or again."""

    to: str
    on: bool = True


class Mute(_Act, frozen=True, kw_only=True):
    """Leave someone out of one's feed, or no longer; they are not told."""

    to: str
    on: bool = True


class StartTeam(_Act, frozen=True, kw_only=True):
    """Begin a team or a family, and be its first."""

    name: str


class LeaveTeam(_Act, frozen=True, kw_only=True):
    """Leave a team."""

    team: str


class Invite(_Act, frozen=True, kw_only=True):
    """Keep an invitation whose link holds a secret with this hash."""

    hash: str
    team: str | None = None  # none: to be a friend


class AcceptInvite(_Act, frozen=True, kw_only=True):
    """Join by an invitation."""

    hash: str


class Like(_Act, frozen=True, kw_only=True):
    """Like something of one's circle."""

    entry: int


class SayComment(_Act, frozen=True, kw_only=True):
    """Comment on something of one's circle."""

    entry: int
    text: str


class Report(_Act, frozen=True, kw_only=True):
    """Report a comment; whoever reports it does not see it again."""

    comment: int


class Moderate(_Act, frozen=True, kw_only=True):
    """Take a reported comment down or leave it; `participant` is the operator who does."""

    comment: int
    hide: bool


class VerifyCoach(_Act, frozen=True, kw_only=True):
    """Note a coach's credential; `participant` is the operator who saw it."""

    coach: str
    credential: str
    valid_until: date


class AssignCoach(_Act, frozen=True, kw_only=True):
    """Put a participant on a verified coach's panel; `participant` is the operator who does."""

    to: str
    coach: str


class DescribeCoach(_Act, frozen=True, kw_only=True):
    """Say how one is found; `participant` is the coach."""

    languages: tuple[str, ...]
    topics: tuple[str, ...]
    most_people: int


class RateCoach(_Act, frozen=True, kw_only=True):
    """Rate a coach one had to do with."""

    coach: str
    stars: int
    comment: str = ""


class AnswerRating(_Act, frozen=True, kw_only=True):
    """Answer a rating; `participant` is the coach it is of."""

    rating: int
    text: str


Act: TypeAlias = (
    AnswerPrompt
    | UndoAnswer
    | ShowPrompt
    | Snooze
    | Decline
    | SetFrequency
    | SetBand
    | AnswerQuestions
    | SkipQuestions
    | SetProfile
    | Reply
    | TakeTicket
    | ResolveTicket
    | Reach
    | StopReaching
    | Received
    | SendCheer
    | ChooseCause
    | SetQuietHours
    | Pause
    | Resume
    | SetConsent
    | CoachMessage
    | StartChallenge
    | ProposeChallenge
    | JoinChallenge
    | LeaveChallenge
    | GiveTogether
    | PledgeVouchers
    | RedeemVoucher
    | DeliverVoucher
    | Befriend
    | EndFriendship
    | Block
    | Mute
    | StartTeam
    | LeaveTeam
    | Invite
    | AcceptInvite
    | Like
    | SayComment
    | Report
    | Moderate
    | AnswerRating
    | AssignCoach
    | DescribeCoach
    | RateCoach
    | VerifyCoach
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether an act took effect, in words for whoever asked."""

    ok: bool
    says: str
    touches: tuple[str, ...] = ()  # whose pages change besides those of whom the act names
