"""Why people stick with a wearable or leave it: what a package tells of that."""

from dataclasses import dataclass

from research.engagement.contacts import Rate, contacts
from research.engagement.following import Followed, followed
from research.engagement.retention import Retention, WornWeek, retention, worn_weeks
from research.engagement.study_table import Design, Finding, findings
from research.opened import Opened

__all__ = [
    "Design",
    "Engagement",
    "Finding",
    "Followed",
    "Rate",
    "Retention",
    "WornWeek",
    "engagement",
]


@dataclass(frozen=True, slots=True)
class Engagement:
    """All of it."""

    people: tuple[Followed, ...]
    retention: Retention
    worn: tuple[WornWeek, ...]
    contacts: tuple[Rate, ...]
    findings: tuple[Finding, ...]


def engagement(package: Opened) -> Engagement:
    """Return what a package tells of how people stayed, and with what that went."""
    people = followed(package)
    return Engagement(
        people=people,
        retention=retention(people),
        worn=worn_weeks(people),
        contacts=contacts(package, people),
        findings=findings(package),
    )
