"""Whatever order days are told in, and however often, everyone earns the same."""

from datetime import timedelta

import msgspec
import sqlalchemy as sa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coaching import members
from coaching.giving.tables import points
from coaching.protocol import PointRule
from people import registry
from people.registry import Relation, RelationKind
from tests.coached import MONDAY, Study, at, usc

RULES = {
    "daily": PointRule(points=25),
    "more": PointRule(points=1, goal_share=1.2),
    "row": PointRule(points=10, in_a_row=3),
    "team": PointRule(points=5, team_share=0.6),
}
PEOPLE = ("ada", "ben", "eve")
DAYS = 6
LATER_US = at(MONDAY + timedelta(DAYS + 1), "12:00")
STEPS = st.sampled_from([3000, 6000, 9000])


def paid(study):
    columns = (points.c.participant, points.c.rule, points.c.day, points.c.points)
    return sorted(study.db.execute(sa.select(*columns)))


def rest(study, breaks):
    for who in PEOPLE:
        for number in breaks:
            bounds = registry.day_bounds_us(study.db, who, MONDAY + timedelta(number))
            members.pause(study.db, who, *bounds, "rest")


def naive(steps, paused):
    """Pay by the rules as they read, over everything at once."""
    reached = {key for key, each in steps.items() if each >= 6000}
    found = []
    for who, number in steps:
        day = MONDAY + timedelta(number)
        if (who, number) in reached:
            found.append((who, "daily", day, 25))
            if steps[who, number] >= 7200:
                found.append((who, "more", day, 1))
            if sum((mate, number) in reached for mate in PEOPLE) >= 2:
                found.append((who, "team", day, 5))
            back, row = number, 0
            while (who, back) in reached or (who, back) in paused:
                row += (who, back) in reached
                back -= 1
            if row >= 3:
                found.append((who, "row", day, 10))
    return sorted(found)


@given(
    st.lists(STEPS, min_size=3 * DAYS, max_size=3 * DAYS),
    st.permutations(range(3 * DAYS)),
    st.sets(st.integers(0, DAYS - 1), max_size=1),
)
@example([6000] * 3 * DAYS, [*range(3 * DAYS)][::-1], {2})
@settings(max_examples=6)
def test_the_order_of_days_changes_nothing(told, order, breaks):
    goal = msgspec.structs.replace(usc().goal, fewest_days=9)  # everyone's goal stays 6000
    study = Study(msgspec.structs.replace(usc(), points=RULES, goal=goal, assumed=()))
    try:
        for who in PEOPLE:
            study.join(who)
            registry.relate(study.db, Relation(RelationKind.TEAM, who, "owls"), 0)
        steps = {(PEOPLE[n % 3], n // 3): each for n, each in enumerate(told)}
        rest(study, breaks)
        keys = [*steps]
        for place in [*order, *order[:5]]:
            who, number = keys[place]
            study.tell(who, MONDAY + timedelta(number), steps[who, number], now_us=LATER_US)
        paused = {key for key in steps if key[1] in breaks and steps[key] < 6000}
        assert paid(study) == naive(steps, paused)
    finally:
        study.close()
