"""What scores need to know of a person. What is not known is None, and the score says so."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert, select

from people import placements
from people.errors import NotKnown
from people.sentence import say
from people.tables import persons, profiles

_BAND_YEARS: Final = 5
#: "15-19" to "90-94": five years each, so that an export's bands hold whole ones.
AGE_BANDS: Final = tuple(f"{low}-{low + _BAND_YEARS - 1}" for low in range(15, 95, _BAND_YEARS))


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as a score sees them."""

    age_years: int | None = None
    placement: str | None = None  # of the source of motion, as told last
    resting_bpm: float | None = None
    language: str = "en"
    sex: str | None = None  # "female" or "male"; formulas fitted to each apart need it
    age_band: str | None = None  # one of AGE_BANDS, of whoever tells no more

    @property
    def age(self) -> int | None:
        """The age in years; the middle of its band where only that is known."""
        return self.age_years if self.age_years is not None else _middle(self.age_band)


def band_of(age_years: int) -> str | None:
    """Return the band that an age is in; None for one that is in none."""
    low = age_years // _BAND_YEARS * _BAND_YEARS
    band = f"{low}-{low + _BAND_YEARS - 1}"
    return band if band in AGE_BANDS else None


def set_profile(db: Connection, person_id: str, profile: Profile, at_us: int = 0) -> None:
    """Put this profile in place of the one before; its placement holds from `at_us` on."""
    told = asdict(profile)
    placements.move(db, person_id, told.pop("placement"), at_us)
    db.execute(delete(profiles).where(profiles.c.person == person_id))
    db.execute(insert(profiles).values({"person": person_id, **told}))


def languages_of(db: Connection, person_ids: Collection[str]) -> dict[str, str]:
    """Return which language each person reads; English where none was given."""
    query = select(profiles.c.person, profiles.c.language)
    known = db.execute(query.where(profiles.c.person.in_(person_ids)))
    return dict.fromkeys(person_ids, Profile().language) | dict(known.all())


def ages(db: Connection) -> dict[str, int]:
    """Return the age of everyone whose age is known, in years."""
    query = select(profiles.c.person, profiles.c.age_years, profiles.c.age_band)
    told = ((row[0], Profile(row[1], age_band=row[2]).age) for row in db.execute(query))
    return {person: age for person, age in told if age is not None}


def profiles_of(db: Connection, person_ids: Collection[str]) -> dict[str, Profile]:
    """Return everyone's profile by one query, empty where none was given."""
    known = dict.fromkeys(person_ids, Profile())
    for person, *told in db.execute(_PROFILES, {"people": [*known]}):
        known[person] = Profile(*told)
    return known


def profile(db: Connection, person_id: str) -> Profile:
    """Return the profile, empty where none was given; raise NotKnown for a stranger."""
    if db.scalar(select(persons.c.id).where(persons.c.id == person_id)) is None:
        raise NotKnown(say("nobody goes by %(who)s", who=person_id))
    return profiles_of(db, [person_id])[person_id]


def _middle(band: str | None) -> int | None:
    return None if band is None else int(band.split("-")[0]) + _BAND_YEARS // 2


_LATEST: Final = placements.latest(profiles.c.person)
_PROFILES: Final = select(
    profiles.c.person,
    *(
        _LATEST if field.name == "placement" else profiles.c[field.name]
        for field in fields(Profile)
    ),
).where(profiles.c.person.in_(bindparam("people", expanding=True)))
