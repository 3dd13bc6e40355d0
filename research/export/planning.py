"""What an export would hold, and whether it is safe to hand out."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection

from analytics.rescoring import Records
from coaching import records
from people import registry
from people.authorize import Action, Actor, Refused, Role, Topic
from people.sentence import Sentence, say
from research.deidentify import gate
from research.deidentify.gate import Cell, Look
from research.deidentify.profile import Profile
from research.deidentify.pseudonyms import Pseudonyms
from research.deidentify.quasi import Coarseness, Traits
from research.export import (
    chapter_coaching,
    chapter_learned,
    chapter_people,
    chapter_teams,
    chapter_together,
    chapter_vitals,
)
from research.export.case import Asker, Case, cases

_Trace = Callable[[Case], list[dict[str, Any]]]
#: Tables of which others may have watched all that came about.
_WATCHED: Final[Mapping[str, _Trace]] = {
    chapter_people.DEVICES.name: chapter_people.trace,
    chapter_vitals.VITAL_SIGNS.name: chapter_vitals.trace,
    chapter_together.DONATIONS.name: chapter_together.trace,
    chapter_teams.TIES.name: chapter_teams.ties_trace,
    chapter_teams.CHALLENGES.name: chapter_teams.challenges_trace,
}
#: A table of which each row had its own witness.
_WITNESSED: Final[Mapping[str, _Trace]] = {
    chapter_together.SOCIAL_EVENTS.name: chapter_together.events_trace,
}
_TRACES: Final = {**_WATCHED, **_WITNESSED}
#: Tables with words, or a state that names their language, and what stands on these.
_IN_WORDS: Final = (
    chapter_coaching.GOALS.name,
    chapter_coaching.DECISIONS.name,
    chapter_coaching.MESSAGES.name,
    chapter_learned.OUTCOMES.name,
    chapter_learned.BELIEFS.name,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody would have in a package."""

    profile: Profile
    recipient: str = "study"  # two recipients cannot join their packages
    coarsen: bool = False  # tell less where that makes it safe
    minutes_csv: bool = False  # long: Parquet alone is the rule
    raw: tuple[str, ...] = ()  # streams whose samples come along


@dataclass(frozen=True, slots=True)
class Order:
    """Who asks for which package."""

    actor: Actor
    wish: Wish
    site_key: bytes = field(repr=False)  # of this site's pseudonyms; never leaves it
    now_us: int
    samples: Records

    @property
    def asker(self) -> Asker:
        names = Pseudonyms(self.site_key, self.wish.recipient)
        return Asker(self.actor, self.wish.profile, names, self.now_us)


@dataclass(frozen=True, slots=True)
class Plan:
    """What was looked at before anything is written."""

    profile: Profile
    enrolled: int
    shared: Mapping[Topic, int]  # of them, how many let research have it
    exported: Collection[str]  # who shares anything; never written anywhere
    in_circle: Collection[str]  # of them, of whom it may be told with whom they did what
    skipped: Collection[int]  # minutes that no day may tell: clocks skip them somewhere
    look: Look
    unique: tuple[Cell, ...] = ()  # traces that too few share
    weekless: frozenset[str] = frozenset()  # tables that tell no weeks
    withheld: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    @property
    def small(self) -> tuple[Cell, ...]:
        """Return every cell that is too small."""
        return (*self.look.small, *self.unique)

    @property
    def safe(self) -> bool:
        return self.look.safe and not self.unique

    @property
    def allowed(self) -> bool:
        """Tell whether the gate opens; an expert judges a package of the other profile."""
        return bool(self.look.people) and (self.safe or self.profile is Profile.EXPERT)

    def withheld_of(self, name: str) -> tuple[str, ...]:
        """Return the tables without the rows of one person."""
        return tuple(sorted(table for table, who in self.withheld.items() if name in who))

    def coarsened(self) -> Iterator[Sentence]:
        """Yield in words what is told less than usual."""
        yield from self.look.coarseness.says()
        yield from (
            say("%(table)s: no weeks", table=Sentence(table)) for table in sorted(self.weekless)
        )
        for table, who in sorted(self.withheld.items()):
            yield say(
                "%(table)s: the rows of %(count)s people withheld",
                table=Sentence(table),
                count=len(who),
            )


def plan(db: Connection, order: Order) -> Plan:
    """Look at what an export would tell; raise Refused for whoever is no researcher."""
    _check_researcher(db, order.actor)
    seen = _see(db, order)
    profile = order.wish.profile
    if not order.wish.coarsen or profile.needs_expert:
        look, unique = gate.look(seen.traits, Coarseness()), _unique(seen.traces)
        return seen.plan(profile, look, unique=unique)
    look = gate.coarsen(seen.traits)
    weekless, withheld = _thinned(seen.traces)
    if "language" in look.coarseness.withheld:
        rare = gate.covered(_rare_words(seen.languages), seen.languages)
        withheld |= dict.fromkeys(_IN_WORDS, rare) if rare else {}
    return seen.plan(profile, look, weekless=weekless, withheld=withheld)


@dataclass(slots=True)
class _Seen:
    """What was gathered of everyone who shares something."""

    enrolled: int
    shared: Counter[Topic] = field(default_factory=Counter[Topic])
    exported: set[str] = field(default_factory=set[str])
    in_circle: set[str] = field(default_factory=set[str])
    skipped: set[int] = field(default_factory=set[int])
    traits: list[Traits] = field(default_factory=list[Traits])
    languages: dict[str, str] = field(default_factory=dict[str, str])
    traces: dict[str, dict[str, list[dict[str, Any]]]] = field(
        default_factory=lambda: {name: {} for name in _TRACES}
    )

    def plan(self, profile: Profile, look: Look, **found: Any) -> Plan:  # noqa: ANN401 - by name, as Plan has them
        return Plan(
            *(profile, self.enrolled, self.shared, self.exported, self.in_circle),
            *(self.skipped, look),
            **found,
        )


def _see(db: Connection, order: Order) -> _Seen:
    members = records.enrolled(db)
    seen = _Seen(sum(who in members for who in registry.persons_of(db, Role.PARTICIPANT)))
    for case in cases(db, order.asker, members):
        seen.exported.add(case.who)
        seen.skipped |= case.time.skipped
        if case.has(Topic.CIRCLE):
            seen.in_circle.add(case.who)
        seen.traits.append(case.traits)
        seen.languages[case.name] = case.traits.language
        seen.shared.update(case.granted.keys())
        for name, trace in _TRACES.items():
            seen.traces[name][case.name] = trace(case)
    return seen


def _check_researcher(db: Connection, actor: Actor) -> None:
    person = registry.find_person(db, actor.person)
    if person is None or not person.role is actor.role is Role.RESEARCHER:
        raise Refused(actor, Action.EXPORT, "the study", "not a researcher")


def _rare_words(languages: Mapping[str, str]) -> frozenset[str]:
    """Return whose language too few speak to read a word of theirs."""
    spoken = Counter(languages.values())
    rare = {each for each, count in spoken.items() if count < gate.FEWEST_IN_CELL}
    return frozenset(who for who, language in languages.items() if language in rare)


_OfTable = Mapping[str, Sequence[Mapping[str, Any]]]
_Traces = Mapping[str, _OfTable]


def _unique(traces: _Traces) -> tuple[Cell, ...]:
    """Return how many people's rows of a table could be recognised."""
    found = {name: _standing_out(name, of) for name, of in traces.items()}
    return tuple(
        Cell(
            say(
                "%(table)s: rows shared by fewer than %(count)s",
                table=Sentence(name),
                count=gate.FEWEST_ALIKE,
            ),
            len(who),
        )
        for name, who in sorted(found.items())
        if who
    )


def _thinned(traces: _Traces) -> tuple[frozenset[str], dict[str, frozenset[str]]]:
    """Return which tables lose their weeks, and whose rows are withheld even so."""
    weekless = {name for name, of in traces.items() if _standing_out(name, of)}
    withheld = {name: _hidden(name, traces[name]) for name in weekless}
    return frozenset(weekless), {name: who for name, who in withheld.items() if who}


def _standing_out(name: str, of_table: _OfTable) -> frozenset[str]:
    steps = _steps(of_table, weeks=True)
    return gate.exposed(steps) if name in _WITNESSED else gate.lonely(steps)


def _hidden(name: str, of_table: _OfTable) -> frozenset[str]:
    steps = _steps(of_table, weeks=False)
    return gate.hidden_events(steps) if name in _WITNESSED else gate.hidden(steps)


def _steps(of_table: _OfTable, *, weeks: bool) -> dict[str, tuple[Hashable, ...]]:
    def seen(row: Mapping[str, Any]) -> Hashable:
        inside = ("participant", "consent_version")
        return tuple(
            (name, value)
            for name, value in row.items()
            if name not in inside and not name.endswith("_at") and (weeks or not is_week(name))
        )

    return {who: tuple(map(seen, rows)) for who, rows in of_table.items()}


def is_week(column: str) -> bool:
    """Tell whether a column holds a week."""
    return column.endswith("_week")
