"""Days on a calendar that is nobody's: packages tell study days, standards ask for dates."""

from datetime import date, timedelta
from typing import Final
from uuid import NAMESPACE_URL, uuid5

#: What stands for study day 1, of everyone. Not a date on which anything happened.
FIRST_DAY: Final = date(2000, 1, 1)
SAYS: Final = f"dates count study days: {FIRST_DAY} stands for day 1 of each participant"


def date_of(study_day: int) -> date:
    """Return the date that stands for a study day."""
    return FIRST_DAY + timedelta(days=study_day - 1)


def uuid_of(package: str, *what: object) -> str:
    """Return an id that is the same whenever the same package is converted."""
    return str(uuid5(NAMESPACE_URL, "/".join(map(str, ("urn:kindstep", package, *what)))))
