"""People like you: own progress, and groups of eleven or more."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from coaching.circles.cohort import FEWEST, change_percent, cohort
from coaching.tables import goals
from people import registry
from people.registry import Person, Profile, Role, Topic, ViewerKind
from tests.coached import MONDAY, Study


@pytest.fixture
def study():
    study = Study()
    yield study
    study.close()


def live(study, who, before, since, age=54, shares=True):
    """Let someone live four weeks, with one usual day before and one lately."""
    registry.add_person(study.db, Person(who, Role.PARTICIPANT), 0)
    registry.set_profile(study.db, who, Profile(age_years=age))
    if shares:
        registry.consent(study.db, who, Topic.ACTIVITY, ViewerKind.RESEARCH, True, 0)
    known = {"steps": 6000, "reason": "", "inputs": b"{}", "protocol": "", "decided_us": 0}
    rows = [
        known
        | {"participant": who, "day": MONDAY + timedelta(n), "verdict": "reached"}
        | {"done_steps": before if n < 14 else since, "done_valid": True}
        for n in range(28)
    ]
    study.db.execute(sa.insert(goals), rows)


def test_the_usual_day_is_compared_with_that_of_the_start():
    assert change_percent([(n, 5000 if n < 14 else 6000) for n in range(28)]) == 20
    assert change_percent([(n, 5000) for n in range(27)]) is None  # too early
    assert change_percent([(n, 5000) for n in (0, 1, 2, *range(15, 40))]) is None
    assert change_percent([]) is None


@pytest.mark.parametrize(("others", "told"), [(FEWEST - 1, False), (FEWEST, True)])
def test_groups_below_eleven_are_not_told_of(study, others, told):
    live(study, "ada", 5000, 6000)
    for n in range(others):
        live(study, f"p-{n:02}", 5000, 5000 + 100 * n)

    found = cohort(study.db, "ada")
    assert found.mine_percent == 20
    assert found.others == (others if told else None)
    assert found.middle_half == ((5, 15) if told else None)


def test_only_people_of_ones_age_who_share_are_counted(study):
    live(study, "ada", 5000, 6000, shares=False)
    for n in range(FEWEST):
        live(study, f"p-{n:02}", 5000, 5000, age=50 + n % 10)
    live(study, "old", 5000, 9000, age=61)
    live(study, "shy", 5000, 9000, shares=False)

    found = cohort(study.db, "ada")
    assert (found.decade, found.others) == (50, FEWEST)
    registry.consent(study.db, "p-00", Topic.ACTIVITY, ViewerKind.RESEARCH, False, 1)
    assert cohort(study.db, "ada").others is None
