"""The coach's door: everything the hub and the web may ask of it.

Each call is a function of the database, the protocol and the time it is given. Queries do not
authorize: whoever shows something asks `people.authorize` first. `act` asks it itself.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from analytics import scores
from analytics.scores import DayFact
from coaching import agenda, members, requests, rounds, taper
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
from coaching.challenges import overview
from coaching.challenges.overview import Overview
from coaching.circles import cohort, feed, interactions, invites, moderation, together
from coaching.circles.cohort import Cohort
from coaching.circles.feed import Entry
from coaching.circles.interactions import Contact
from coaching.circles.invites import Invite as Invited
from coaching.circles.moderation import Report as Reported
from coaching.circles.together import Cheer
from coaching.coaches import directory, flags, reputation
from coaching.coaches.directory import Listed
from coaching.coaches.flags import Evidence, Flag
from coaching.coaches.reputation import Reputation
from coaching.days import goal_setting, goals, observing, streaks
from coaching.days.goals import Goal, Verdict
from coaching.daytime import local, minutes
from coaching.effect.panel import EffectPanel, panel
from coaching.giving import gifts, ledger, points, sponsors
from coaching.giving.sponsors import Gift, Impact
from coaching.grounds import Grounds
from coaching.learned import learning
from coaching.members import Member
from coaching.messages import library
from coaching.messages.library import Library
from coaching.post import addresses, delivery, inbox, outbox
from coaching.post.addresses import Address
from coaching.post.inbox import Message
from coaching.prompts import decisions
from coaching.prompts.decisions import Decision
from coaching.prompts.reason import WORDS, Reason
from coaching.prompts.why import Why, explain
from coaching.protocol import Protocol
from coaching.questionnaires import questions
from coaching.questionnaires.instruments import Instrument
from coaching.questionnaires.questions import Asked
from coaching.requests import coach_messages
from coaching.safety import tickets, watch
from coaching.safety.tickets import Step, Ticket
from coaching.safety.watch import Watch
from people import registry
from people.authorize import Actor, Topic

__all__ = [
    "AcceptInvite",
    "Act",
    "AnswerPrompt",
    "AnswerQuestions",
    "AnswerRating",
    "Asked",
    "AssignCoach",
    "Befriend",
    "Block",
    "Cheer",
    "Choices",
    "ChooseCause",
    "CoachMessage",
    "Cohort",
    "Contact",
    "Decision",
    "Decline",
    "DeliverVoucher",
    "DescribeCoach",
    "EffectPanel",
    "EndFriendship",
    "Engine",
    "Entry",
    "Flag",
    "Gift",
    "GiveTogether",
    "GivingState",
    "Goal",
    "Impact",
    "InboxItem",
    "Instrument",
    "Invite",
    "Invited",
    "JoinChallenge",
    "LeaveChallenge",
    "LeaveTeam",
    "Like",
    "Listed",
    "Logged",
    "Message",
    "Moderate",
    "Mute",
    "Outcome",
    "Overview",
    "Pause",
    "PledgeVouchers",
    "ProposeChallenge",
    "RateCoach",
    "Reach",
    "Received",
    "RedeemVoucher",
    "Reply",
    "Report",
    "Reported",
    "Reputation",
    "ResolveTicket",
    "Resume",
    "SayComment",
    "SendCheer",
    "SetBand",
    "SetConsent",
    "SetFrequency",
    "SetProfile",
    "SetQuietHours",
    "ShowPrompt",
    "SkipQuestions",
    "Snooze",
    "StartChallenge",
    "StartTeam",
    "Step",
    "StopReaching",
    "TakeTicket",
    "Template",
    "Ticket",
    "UndoAnswer",
    "Verdict",
    "VerifyCoach",
    "Watch",
    "Why",
]


@dataclass(frozen=True, slots=True)
class InboxItem:
    """A message as its receiver sees it."""

    id: int
    sender: str  # "coach" for what the engine writes, else a coach's id
    occasion: str  # "cheer" and "coach" are people's
    text: str
    options: tuple[str, ...]  # the answers it offers
    sent_us: int
    answered: str | None
    answered_us: int | None
    wrote: tuple[str, ...]  # in their own words
    expires_us: int
    why: Why | None  # none for what a person wrote


@dataclass(frozen=True, slots=True)
class Logged:
    """A decision and the message it sent, with what became of that."""

    decision: Decision
    message: Message | None

    @property
    def against(self) -> tuple[str, ...]:
        """What spoke against a message, in words."""
        return tuple(WORDS[Reason(each)] for each in self.decision.reasons)


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


@dataclass(frozen=True, slots=True)
class Choices:
    """What a participant has chosen for themselves."""

    quiet: tuple[int, int]  # minutes of the local day between which nothing is sent
    pushes_a_day: int
    most_pushes: int  # that the study allows
    band: tuple[int, int]  # of steps, for the goal
    widest_band: tuple[int, int]  # that the study allows
    paused_until_us: int | None  # none: no break


@dataclass(frozen=True, slots=True)
class Template:
    """An approved message that a coach may send."""

    id: str
    text: str


class Engine:
    """One study's coach."""

    def __init__(
        self, protocol: Protocol, *, site_seed: int, messages: Library | None = None
    ) -> None:
        self.protocol = protocol
        translations = () if messages else [library.load(each) for each in library.TRANSLATED]
        words = messages or library.load()
        self._grounds = Grounds(protocol, words, site_seed, translations)

    @property
    def protocol_digest(self) -> str:
        """The hash by which decisions and goals name the protocol."""
        return self._grounds.protocol_digest

    def enrol(
        self, db: Connection, participant: str, now_us: int, arm: str, cause: str | None = None
    ) -> None:
        """Take a participant in; one who is in stays as they are.

        Raises ValueError for an arm or a cause that the protocol does not have.
        """
        if cause is not None and cause not in self.protocol.giving.causes:
            raise ValueError(f"no cause {cause!r} in protocol {self.protocol.name}")
        if members.one(db, participant) is not None:
            return
        if arm not in self.protocol.arms:
            raise ValueError(f"no arm {arm!r} in protocol {self.protocol.name}")
        calendar = registry.calendar(db, participant)
        member = self._member(participant, calendar, now_us, arm)
        self._pledge(db, now_us)
        members.enrol(db, member)
        learning.begin(db, member, self._grounds, now_us)
        agenda.put(db, rounds.first_entries(member, calendar, self.protocol))
        today = (participant, calendar.local_day(now_us))
        goal_setting.set_missing(db, [today], {participant: calendar}, self._grounds, now_us)
        if cause is not None:
            gifts.choose_cause(db, participant, cause, now_us)

    def observe(self, db: Connection, facts: Sequence[DayFact], now_us: int) -> set[str]:
        """Draw the consequences of days that changed; return for whom a page would change."""
        return observing.observe(db, facts, self._grounds, now_us)

    def tick(self, db: Connection, now_us: int) -> set[str]:
        """Do what has fallen due; return for whom a page would change."""
        return rounds.tick(db, self._grounds, now_us)

    def next_due_us(self, db: Connection) -> int | None:
        """Return when `tick` has something to do next."""
        return agenda.next_due_us(db)

    def act(self, db: Connection, actor: Actor, act: Act, now_us: int) -> Outcome:
        """Let a person's request take effect; raise Refused when they may not."""
        return requests.perform(db, actor, act, self._grounds, now_us)

    def inbox(self, db: Connection, participant: str, now_us: int) -> list[InboxItem]:
        """Return what a participant finds now, the latest first."""
        return self._items(db, participant, inbox.open_to(db, participant, now_us))

    def sent(self, db: Connection, participant: str, limit: int = 20) -> list[InboxItem]:
        """Return prompts and replies, the latest first, also when they are over."""
        return self._items(db, participant, inbox.sent_to(db, participant, limit))

    def goal(self, db: Connection, participant: str, day: date) -> Goal | None:
        """Return the goal of a day."""
        return goals.read(db, [(participant, day)]).get((participant, day))

    def points(self, db: Connection, participant: str) -> int:
        """Return all points ever earned."""
        return points.balance(db, participant)

    def giving(self, db: Connection, participant: str) -> GivingState:
        """Return what the points have given and how far the next gift is."""
        vouchers = gifts.vouchers_of(db, participant)
        team = gifts.team_of(db, participant)
        pot = gifts.pot(team or "")
        return GivingState(
            points=gifts.on_hand(db, participant),
            threshold=self.protocol.giving.threshold_points,
            cause=gifts.cause(db, participant),
            vouchers=len(vouchers),
            activated=sum(voucher.activated_us is not None for voucher in vouchers),
            delivered=sum(voucher.delivered_us is not None for voucher in vouchers),
            team=team,
            team_points=ledger.balance(db, pot) if team else 0,
            team_vouchers=len(gifts.vouchers_of(db, pot)) if team else 0,
        )

    def impact(self, db: Connection, sponsor: str) -> list[Impact]:
        """Return what became of a sponsor's pledges, by cause."""
        return sponsors.impact(db, sponsor)

    def gifts(self, db: Connection, sponsor: str) -> list[Gift]:
        """Return the gifts of a sponsor's causes, the latest first, without their givers."""
        return sponsors.gifts_of(db, sponsor)

    def cheers(self, db: Connection, participant: str, since_us: int) -> list[Cheer]:
        """Return who cheered a participant, the latest first."""
        return together.cheers_for(db, participant, since_us)

    def challenges(self, db: Connection, participant: str, now_us: int) -> Overview:
        """Return the challenges a participant is in, may join and has carried to their aim."""
        return overview.overview(db, participant, self.protocol.challenges, now_us)

    def feed(self, db: Connection, participant: str, now_us: int) -> list[Entry]:
        """Return what a participant sees of their circle, the latest first."""
        return feed.read(db, participant, now_us)

    def invitations(self, db: Connection, participant: str) -> list[Invited]:
        """Return someone's invitations; who came by them stands nowhere."""
        return invites.made_by(db, participant)

    def is_good_invite(self, db: Connection, hashed: str, now_us: int) -> bool:
        """Tell whether an invitation may still be accepted."""
        return invites.good(db, hashed, now_us) is not None

    def reports(self, db: Connection) -> list[Reported]:
        """Return the reported comments that wait for someone to look at them."""
        return moderation.queue(db)

    def verify(
        self,
        db: Connection,
        coach: str,
        credential: str,
        until: date,
        by: str,
        now_us: int,
    ) -> None:
        """Note a credential that somebody saw; raise NotKnown for who is no coach."""
        directory.verify(db, coach, credential, until, by, now_us)

    def assign(
        self, db: Connection, participant: str, coach: str, today: date, now_us: int
    ) -> None:
        """Put a participant on a coach's panel; raise Conflict for one who is not verified."""
        directory.assign(db, participant, coach, today, now_us)

    def contact(
        self, db: Connection, participant: str, topics: Collection[Topic], now_us: int
    ) -> Contact | None:
        """Return someone's interactions of these topics so far; None for a stranger."""
        member = members.one(db, participant)
        if member is None:
            return None
        return interactions.contact(db, participant, topics, member.enrolled_us, now_us)

    def cohort(self, db: Connection, participant: str) -> Cohort:
        """Return someone's own progress, and that of others alike."""
        return cohort.cohort(db, participant)

    def coaches(self, db: Connection, today: date) -> list[Listed]:
        """Return every verified coach."""
        return directory.listed(db, today)

    def matching(
        self, coaches: Sequence[Listed], language: str, topic: str | None = None
    ) -> list[Listed]:
        """Return coaches, those first who have room and speak a language."""
        return directory.matches(coaches, language, topic)

    def reputation(self, db: Connection, coach: str) -> Reputation:
        """Return what is shown of a coach: nothing but the count below thirty responses."""
        return reputation.of_coach(db, coach)

    def decisions(self, db: Connection, participant: str, limit: int = 20) -> list[Logged]:
        """Return decisions, sent or not, the latest first."""
        made = decisions.of_person(db, participant, limit)
        counters = [decision.state.counter for decision in made if decision.template]
        sent = inbox.of_decisions(db, participant, counters)
        return [Logged(decision, sent.get(decision.state.counter)) for decision in made]

    def flags(self, db: Connection, participant: str, now_us: int) -> list[Flag]:
        """Return what a coach should know, the worst first."""
        member = members.one(db, participant)
        if member is None:
            return []
        rules = self.protocol.triage
        calendar = registry.calendar(db, participant)
        today = calendar.local_day(now_us)
        enrolled = (today - calendar.local_day(member.enrolled_us)).days + 1
        span = min(enrolled, rules.norm_days + rules.recent_days + 1)
        first = today - timedelta(days=span - 1)
        evidence = Evidence(
            days=scores.days(db, participant, span, now_us),
            goals=goals.between(db, [participant], first, today).get(participant, []),
            messages=inbox.sent_to(db, participant, span),
            catching_up=scores.catching_up(db, participant, now_us),
            rebound=self._rebound(db, member, now_us),
            lost=outbox.lost_in_a_row(db, participant, rules.lost_notifications),
            enrolled_us=member.enrolled_us,
            calendar=calendar,
            now_us=now_us,
        )
        return flags.raise_flags(evidence, rules)

    def effect(self, db: Connection, participants: Collection[str]) -> EffectPanel:
        """Return what messages did, estimated over these people alone."""
        return panel(db, participants, self.protocol.effect)

    def templates(self) -> tuple[Template, ...]:
        """Return the messages a human coach may send."""
        fitting = self._grounds.library.fitting(coach_messages.OCCASION)
        return tuple(Template(message.id, message.text) for message in fitting)

    def causes(self) -> dict[str, str]:
        """Return what may be given to, in words, by id."""
        return dict(self.protocol.giving.causes)

    def choices(self, db: Connection, participant: str, now_us: int) -> Choices | None:
        """Return what a participant has chosen for themselves; None for a stranger."""
        member = members.one(db, participant)
        if member is None:
            return None
        attention, rule = self.protocol.attention, self.protocol.goal
        pauses = members.pauses_between(db, [participant], now_us, now_us + 1)
        return Choices(
            quiet=(member.quiet_start_minute, member.quiet_end_minute),
            pushes_a_day=delivery.most_pushes(member, self.protocol, now_us),
            most_pushes=attention.pushes_a_day,
            band=(
                member.lowest_goal_steps or rule.lowest_steps,
                member.highest_goal_steps or rule.highest_steps,
            ),
            widest_band=(rule.lowest_steps, rule.highest_steps),
            paused_until_us=max(
                (until for _, until in pauses.get(participant, [])), default=None
            ),
        )

    def questions(
        self, db: Connection, participant: str, now_us: int
    ) -> list[tuple[Asked, Instrument]]:
        """Return the questionnaires that a participant may answer now."""
        waiting = questions.open_to(db, participant, now_us)
        return questions.instruments_of(self.protocol, waiting)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages there are messages in."""
        return tuple(self._grounds.libraries)

    def red_flags(self, db: Connection, participants: Collection[str]) -> list[Ticket]:
        """Return the red flags of these people that no human has closed, the oldest first."""
        return tickets.unresolved(db, participants)

    def audit_of(self, db: Connection, ticket_id: int) -> list[Step]:
        """Return every step that was taken with a red flag."""
        return tickets.steps(db, ticket_id)

    def watch(self, db: Connection, participant: str, now_us: int) -> Watch:
        """Return who watches over a participant, and when."""
        return watch.over(db, participant, self.protocol.safety, now_us)

    def reached_by(self, db: Connection, participant: str) -> list[Address]:
        """Return where a participant is notified."""
        return addresses.of(db, [participant]).get(participant, [])

    def streak(self, db: Connection, participant: str, now_us: int) -> int:
        """Return on how many days in a row the goal was reached."""
        today = registry.local_day(db, participant, now_us)
        first = today - timedelta(weeks=self.protocol.weeks)
        return streaks.streak(
            goals.between(db, [participant], first, today).get(participant, [])
        )

    def _rebound(
        self, db: Connection, member: Member, now_us: int
    ) -> tuple[float, float] | None:
        rules = self.protocol.taper
        span = taper.span_days(member, rules, now_us)
        if span == 0:
            return None
        days = scores.days(db, member.participant, span, now_us)
        return taper.rebound(days, member, rules, self.protocol.triage.recent_days)

    def _pledge(self, db: Connection, now_us: int) -> None:
        """Book what the sponsor pledged to each cause; it counts once a study."""
        for cause in self.protocol.giving.causes:
            pledged = self.protocol.giving.pledged_vouchers
            gifts.fund(db, cause, pledged, f"{self.protocol.name}/{cause}", now_us)

    def _member(
        self, participant: str, calendar: registry.Calendar, now_us: int, arm: str
    ) -> Member:
        until_us = now_us + timedelta(weeks=self.protocol.weeks) // timedelta(microseconds=1)
        if self.protocol.ends is not None:
            until_us = min(until_us, calendar.day_bounds_us(self.protocol.ends)[1])
        if until_us <= now_us:
            raise ValueError(f"protocol {self.protocol.name} ended on {self.protocol.ends}")
        return Member(
            participant=participant,
            arm=arm,
            enrolled_us=now_us,
            until_us=until_us,
            quiet_start_minute=minutes(self.protocol.quiet_hours.start),
            quiet_end_minute=minutes(self.protocol.quiet_hours.end),
        )

    def _items(
        self, db: Connection, participant: str, found: Sequence[Message]
    ) -> list[InboxItem]:
        if not found:
            return []
        counters = [each.decision for each in found if each.decision is not None]
        made = decisions.read(db, participant, counters)
        wrote = inbox.replies_to(db, [each.id for each in found])
        calendar = registry.calendar(db, participant)
        return [
            InboxItem(
                id=each.id,
                sender=each.sender,
                occasion=each.occasion,
                text=each.text,
                options=each.options,
                sent_us=each.sent_us or each.intended_us,
                answered=each.answer,
                answered_us=each.answered_us,
                wrote=wrote.get(each.id, ()),
                expires_us=each.expires_us,
                why=None if each.decision is None else self._why(made[each.decision], calendar),
            )
            for each in found
        ]

    def _why(self, decision: Decision, calendar: registry.Calendar) -> Why:
        due = f"{local(calendar, decision.state.due_us):%H:%M}"
        return explain(decision, self.protocol, due)
