"""The coach's door: everything the hub and the web may ask of it.

Each call is a function of the database, the protocol and the time it is given. Queries do not
authorize: whoever shows something asks `people.authorize` first. `act` asks it itself.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import Connection

from analytics.scores import DayFact, Reading
from coaching import (
    agenda,
    choices,
    enrolling,
    features,
    home,
    locks,
    members,
    requests,
    rounds,
)
from coaching.acts.act import Act, Outcome
from coaching.audited import Audited, audited
from coaching.challenges import overview
from coaching.challenges.overview import Overview
from coaching.choices import Choices
from coaching.circles import cohort, feed, interactions, invites, moderation, together
from coaching.circles.cohort import Cohort
from coaching.circles.feed import Entry
from coaching.circles.interactions import Contact, InTouch
from coaching.circles.invites import Invite as Invited
from coaching.circles.moderation import Report as Reported
from coaching.circles.together import Cheer
from coaching.coaches import changes, deals, directory, flags, notes, reputation
from coaching.coaches.changes import Change
from coaching.coaches.deals import Deal
from coaching.coaches.directory import Listed
from coaching.coaches.evidence import gather
from coaching.coaches.flags import Flag
from coaching.coaches.notes import Note
from coaching.coaches.reputation import Reputation
from coaching.days import goals, observing, streaks
from coaching.days.goals import Goal, Verdict
from coaching.effect.panel import EffectPanel, panel
from coaching.features import Feature
from coaching.giving import points, sponsors
from coaching.giving.sponsors import Gift, Impact
from coaching.giving.standing import GivingState, standing
from coaching.grounds import Grounds
from coaching.locks import Lock
from coaching.messages import library
from coaching.messages.library import Library
from coaching.post import addresses, drafts, inbox, logged
from coaching.post.addresses import Address
from coaching.post.inbox import Message
from coaching.post.items import InboxItem, items
from coaching.post.logged import Logged
from coaching.prompts.state import State
from coaching.protocol import Protocol
from coaching.questionnaires import questions
from coaching.questionnaires.instruments import Instrument
from coaching.questionnaires.questions import Asked
from coaching.requests import coach_messages
from coaching.requests import read as read_act
from coaching.requests.coach_messages import Template
from coaching.safety import tickets, watch
from coaching.safety.tickets import Step, Ticket
from coaching.safety.watch import Watch
from people import registry
from people.authorize import Actor, Topic

__all__ = [
    "Contact",
    "Deal",
    "Engine",
    "Feature",
    "Flag",
    "Goal",
    "InboxItem",
    "Message",
    "Protocol",
    "State",
    "Ticket",
    "Verdict",
    "read_act",
]


class Engine:
    """One study's coach."""

    def __init__(
        self, protocol: Protocol, *, site_seed: int, messages: Library | None = None
    ) -> None:
        self.protocol = protocol
        translations = () if messages else [library.load(each) for each in library.TRANSLATED]
        words = messages or library.load()
        self._grounds = Grounds(protocol, words, site_seed, translations)

    def locks(self, db: Connection) -> list[Lock]:
        """Return when the protocol was locked, the latest first."""
        return locks.history(db)

    def check_lock(self, db: Connection) -> None:
        """Raise ProtocolChanged when another protocol than this one was locked."""
        locks.check(db, self.protocol_digest)

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
        enrolling.enrol(db, participant, arm, cause, self._grounds, now_us)

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
        found = inbox.open_to(db, participant, now_us)
        return items(db, participant, found, self.protocol)

    def sent(self, db: Connection, participant: str, limit: int = 20) -> list[InboxItem]:
        """Return prompts and replies, the latest first, also when they are over."""
        found = inbox.sent_to(db, participant, limit)
        return items(db, participant, found, self.protocol)

    def latest(self, db: Connection, participants: Collection[str]) -> dict[str, Message]:
        """Return the last message that each of these people was sent, by one query."""
        return inbox.latest_of(db, participants)

    def goal(self, db: Connection, participant: str, day: date) -> Goal | None:
        """Return the goal of a day."""
        return self.goals(db, [(participant, day)]).get((participant, day))

    def goals(
        self, db: Connection, keys: Collection[tuple[str, date]]
    ) -> dict[tuple[str, date], Goal]:
        """Return the goals of many people and days, by one query."""
        return goals.read(db, keys)

    def points(self, db: Connection, participant: str) -> int:
        """Return all points ever earned."""
        return points.balance(db, participant)

    def giving(self, db: Connection, participant: str) -> GivingState:
        """Return what the points have given and how far the next gift is."""
        return standing(db, participant, self.protocol.giving.threshold_points)

    def impact(self, db: Connection, sponsor: str) -> list[Impact]:
        """Return what became of a sponsor's pledges, by cause."""
        return sponsors.impact(db, sponsor)

    def gifts(self, db: Connection, sponsor: str) -> list[Gift]:
        """Return the gifts of a sponsor's causes, the latest first, without their givers."""
        return sponsors.gifts_of(db, sponsor)

    def impacts(self, db: Connection) -> list[Impact]:
        """Return what became of everything that was pledged, by cause."""
        return sponsors.impacts(db)

    def all_gifts(self, db: Connection) -> list[Gift]:
        """Return every gift, the latest first, without its giver."""
        return sponsors.all_gifts(db, self.protocol.giving.causes)

    def cheers(self, db: Connection, participant: str, since_us: int) -> list[Cheer]:
        """Return who cheered a participant, the latest first."""
        return together.cheers_for(db, participant, since_us)

    def challenges(self, db: Connection, participant: str, now_us: int) -> Overview:
        """Return the challenges a participant is in, may join and has carried to their aim."""
        with_boards = Feature.BOARD in self.features(db, participant, now_us)
        rules = self.protocol.challenges
        return overview.overview(db, participant, rules, now_us, with_boards=with_boards)

    def features(self, db: Connection, participant: str, now_us: int) -> frozenset[Feature]:
        """Return which social features chance, or the study, has on for a person today."""
        return features.on(db, participant, registry.local_day(db, participant, now_us))

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
        since_us = {participant: member.enrolled_us}
        (found,) = interactions.contacts(db, {participant: topics}, since_us, now_us)
        return found

    def in_touch(
        self, db: Connection, topics: Mapping[str, Collection[Topic]], now_us: int
    ) -> InTouch:
        """Return the interactions of enrolled people, of each one's own topics, a year."""
        enrolled = members.read(db, topics)
        since_us = {who: member.enrolled_us for who, member in enrolled.items()}
        return interactions.in_touch(interactions.contacts(db, topics, since_us, now_us))

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

    def to_rate(self, db: Connection, participant: str, now_us: int) -> tuple[str, ...]:
        """Return the coaches of whom to ask a participant how they do."""
        coaches = registry.coaches_of(db, participant, now_us)
        return reputation.asked(db, participant, coaches, now_us)

    def decisions(self, db: Connection, participant: str, limit: int = 20) -> list[Logged]:
        """Return decisions, sent or not, the latest first."""
        return logged.latest(db, participant, limit)

    def audited(self, db: Connection, participant: str, counter: int) -> Audited | None:
        """Return a decision with all that is on record of it; None when there is none."""
        return audited(db, participant, counter)

    def flags(
        self, db: Connection, participants: Collection[str], now_us: int
    ) -> dict[str, list[Flag]]:
        """Return what a coach should know of those who are enrolled, the worst first."""
        known = gather(db, members.read(db, participants), self.protocol, now_us)
        rules = self.protocol.triage
        return {who: flags.raise_flags(each, rules) for who, each in known.items()}

    def notes(self, db: Connection, participant: str) -> list[Note]:
        """Return what coaches wrote down about a person, the latest first."""
        return notes.of(db, participant)

    def deals(
        self, db: Connection, participants: Collection[str], now_us: int
    ) -> dict[str, Deal]:
        """Return who deals with whom of these people."""
        return deals.standing(db, participants, now_us)

    def looked_us(self, db: Connection, coach: str, participant: str) -> int | None:
        """Return when a coach last looked at a person's page; none: never."""
        return changes.looked_us(db, coach, participant)

    def changes(
        self, db: Connection, participant: str, since_us: int, topics: Collection[Topic]
    ) -> list[Change]:
        """Return what is new of a person, of these topics."""
        return changes.since(db, participant, since_us, topics)

    def drafts(
        self, db: Connection, participants: Collection[str], now_us: int
    ) -> list[Message]:
        """Return what the bot would write to these people, and a coach decides on."""
        return drafts.waiting(db, participants, now_us)

    def supervised(self, db: Connection, participants: Collection[str]) -> set[str]:
        """Return to whom of these people nothing of the bot goes unseen."""
        return drafts.among(db, participants)

    def effect(self, db: Connection, participants: Collection[str]) -> EffectPanel:
        """Return what messages did, estimated over these people alone."""
        return panel(db, participants, self.protocol.effect)

    def templates(self) -> tuple[Template, ...]:
        """Return the messages a human coach may send."""
        return coach_messages.templates(self._grounds.library)

    def causes(self) -> dict[str, str]:
        """Return what may be given to, in words, by id."""
        return dict(self.protocol.giving.causes)

    def choices(self, db: Connection, participant: str, now_us: int) -> Choices | None:
        """Return what a participant has chosen for themselves; None for a stranger."""
        return choices.chosen(db, participant, self.protocol, now_us)

    def questions(
        self, db: Connection, participant: str, now_us: int
    ) -> list[tuple[Asked, Instrument]]:
        """Return the questionnaires that a participant may answer now."""
        waiting = questions.open_to(db, participant, now_us)
        return questions.instruments_of(self.protocol, waiting)

    def measurement(
        self, db: Connection, participant: str, since_us: int, now_us: int
    ) -> list[home.Step]:
        """Return how far a guided measurement has come since it was begun."""
        return home.walk(db, participant, self.protocol.home, since_us, now_us)

    def measured(self, db: Connection, participant: str, now_us: int) -> list[Reading]:
        """Return the last four weeks' readings, the latest first."""
        return home.readings(db, participant, now_us)

    def summed_up(self, latest_first: Sequence[Reading]) -> list[home.Summary]:
        """Return what readings add up to, for a coach and a clinician."""
        return home.summaries(latest_first, self.protocol.home)

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
