"""Whether people could be told apart by what others know of them: the last look at an export.

Each combination of traits is shared by at least k = 5 people (Sweeney 2002), each single value
by 11, below which the centres for Medicare publish no cell; the same holds of a person's trace
through the tables that others may have watched grow.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from people.sentence import Sentence, say, together
from research.deidentify.quasi import TRAITS, UNKNOWN, WITHHELD, Coarseness, Known, Traits

FEWEST_ALIKE: Final = 5
FEWEST_IN_CELL: Final = 11


@dataclass(frozen=True, slots=True)
class Cell:
    """Too few people who share something."""

    says: Sentence
    people: int


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of some people at one coarseness."""

    coarseness: Coarseness
    people: int
    k: int  # of the rarest combination; 0: nobody is here
    small: tuple[Cell, ...]
    endangered: int  # how many people are in a small cell

    @property
    def safe(self) -> bool:
        return self.people >= FEWEST_IN_CELL and not self.small


def look(traits: Sequence[Traits], coarseness: Coarseness) -> Look:
    """Count who is alike when traits are told this coarsely."""
    told = [coarseness.told(each) for each in traits]
    alike = Counter(tuple(each.items()) for each in told)
    values = Counter(item for each in told for item in each.items())
    few = {c for c, count in alike.items() if count < FEWEST_ALIKE}
    rare = {v for v, count in values.items() if count < FEWEST_IN_CELL and _tells(v)}
    endangered = sum(
        tuple(each.items()) in few or not rare.isdisjoint(each.items()) for each in told
    )
    cells = [*(_cell(dict(c), alike[c]) for c in few)]
    cells += [_cell(dict([v]), values[v]) for v in rare]
    small = tuple(sorted(cells, key=lambda cell: (len(cell.says.values), str(cell.says))))
    return Look(coarseness, len(told), min(alike.values(), default=0), small, endangered)


def coarsen(traits: Sequence[Traits]) -> Look:
    """Tell less, trait by trait, until nobody stands out or nothing is told any more."""
    seen = look(traits, Coarseness())
    while not seen.safe and (less := seen.coarseness.coarser()):
        seen = min((look(traits, each) for each in less), key=_danger)
    return seen


def _danger(seen: Look) -> tuple[int, int]:
    return seen.endangered, len(seen.small)


def lonely(traces: Mapping[str, Hashable]) -> frozenset[str]:
    """Return whose trace too few others share, to whoever watched all of it."""
    shared = Counter(traces.values())
    return frozenset(who for who, trace in traces.items() if shared[trace] < FEWEST_ALIKE)


def exposed(done: Mapping[str, Collection[Hashable]]) -> frozenset[str]:
    """Return who did something that too few others did, to whoever it was done with."""
    shared = Counter(each for mine in done.values() for each in set(mine))
    rare = {each for each, count in shared.items() if count < FEWEST_ALIKE}
    return frozenset(who for who, mine in done.items() if not rare.isdisjoint(mine))


def hidden(traces: Mapping[str, Hashable]) -> frozenset[str]:
    """Return whose traces are to be withheld so that nobody is lonely."""
    return covered(lonely(traces), traces)


def hidden_events(done: Mapping[str, Collection[Hashable]]) -> frozenset[str]:
    """Return whose events are to be withheld so that nobody is exposed."""
    alike = {who: frozenset(mine) for who, mine in done.items()}
    gone: frozenset[str] = frozenset()
    while more := exposed({who: done[who] for who in done.keys() - gone}):
        gone = covered(gone | more, alike)
    return gone


def covered(few: Collection[str], alike: Mapping[str, Hashable]) -> frozenset[str]:
    """Return some people with others, so many that to be among them tells of nobody.

    The others come from the largest group of those who are alike, all of it where too few of
    them would stay.
    """
    gone = set(few)
    while gone and len(gone) < min(FEWEST_ALIKE, len(alike)):
        rest = {who: each for who, each in alike.items() if who not in gone}
        group, size = max(Counter(rest.values()).items(), key=lambda item: item[1])
        members = sorted(who for who, each in rest.items() if each == group)
        lacking = FEWEST_ALIKE - len(gone)
        gone.update(members[:lacking] if size - lacking >= FEWEST_ALIKE else members)
    return frozenset(gone)


def _tells(value: tuple[str, str]) -> bool:
    return value[1] not in (UNKNOWN, WITHHELD)


def _cell(known: Known, people: int) -> Cell:
    said = [
        say("%(trait)s %(value)s", trait=TRAITS[name], value=Sentence(value))
        for name, value in known.items()
        if value != WITHHELD
    ]
    return Cell(together(said, ", "), people)
