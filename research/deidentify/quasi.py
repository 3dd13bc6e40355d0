"""What others may know of a participant, and so could recognise them by, taken together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from people.registry import Profile as Body
from people.sentence import Sentence, say

OLDEST: Final = 90  # from here on everyone is of one age
_AGE: Final = "age"

#: A value that was taken out because too few share it.
WITHHELD: Final = "withheld"
UNKNOWN: Final = "unknown"

Known: TypeAlias = Mapping[str, str]

#: What each trait is called.
TRAITS: Final[Mapping[str, Sentence]] = {
    _AGE: say("age"),
    "sex": say("sex"),
    "placement": say("placement"),
    "language": say("language"),
    "enrolled_year": say("enrolled_year"),
}


@dataclass(frozen=True, slots=True)
class Traits:
    """What a participant brings along."""

    age_years: int | None
    sex: str | None
    placement: str | None
    language: str
    year: int

    @classmethod
    def of(cls, body: Body, year: int) -> "Traits":
        """Return a profile's, of someone who joined in a year."""
        return cls(body.age_years, body.sex, body.placement, body.language, year)


@dataclass(frozen=True, slots=True)
class Coarseness:
    """How coarsely each trait is told: a band's width in years, and what is withheld."""

    age_band: int = 10
    withheld: frozenset[str] = frozenset()

    def told(self, traits: Traits) -> Known:
        """Return traits as an export tells them."""
        plain = {
            _AGE: age_band(traits.age_years, self.age_band),
            "sex": traits.sex or UNKNOWN,
            "placement": traits.placement or UNKNOWN,
            "language": traits.language,
            "enrolled_year": str(traits.year),
        }
        return {
            name: WITHHELD if name in self.withheld else value for name, value in plain.items()
        }

    def coarser(self) -> "list[Coarseness]":
        """Return each way to tell one trait less, what costs an analysis least first."""
        found = [Coarseness(20, self.withheld)] if self.age_band < 20 else []
        names = ("language", "placement", "enrolled_year", _AGE, "sex")
        ready = [n for n in names if n not in self.withheld and (n != _AGE or not found)]
        return found + [Coarseness(self.age_band, self.withheld | {name}) for name in ready]

    def says(self) -> tuple[Sentence, ...]:
        """Return in words what is told less than usual."""
        wide = self.age_band > 10 and _AGE not in self.withheld
        bands = (say("age in bands of %(years)s years", years=self.age_band),) if wide else ()
        return (
            *bands,
            *(say("no %(trait)s", trait=TRAITS[name]) for name in sorted(self.withheld)),
        )


def age_band(years: int | None, width: int) -> str:
    """Return a band of ages, "30-39"; ages over 89 are one."""
    if years is None:
        return UNKNOWN
    if years >= OLDEST:
        return f"{OLDEST}+"
    low = years // width * width
    return f"{low}-{min(low + width, OLDEST) - 1}"
