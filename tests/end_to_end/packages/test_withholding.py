"""What is told less, or not at all, because few share it."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from analytics.tables import readings
from kindstep import importing
from people import registry
from people.authorize import Topic
from people.registry import Profile, Relation, RelationKind, ViewerKind
from research.export import Unsafe, verify
from research.opened import Opened
from tests.coached import HOUR_US, MONDAY, at
from tests.exported import (
    ELI,
    EXPERT,
    PEOPLE,
    SAFE,
)
from tests.packages import manifest, table


def test_the_gate_stops_what_is_unsafe_and_says_why(another):
    another.change(lambda db: registry.set_profile(db, PEOPLE[3], Profile(93, sex="male")))

    with pytest.raises(Unsafe, match=r"age 90\+: 1; sex male: 1; age 90\+, sex male"):
        another.export("package", SAFE)

    assert not list(another.folder.glob("*package*"))
    assert another.log.read()[-1].outcome == "refused"
    coarse = another.export("coarse")
    assert {row["age"] for row in table(coarse, "participants")} == {"withheld"}
    assert {row["sex"] for row in table(coarse, "participants")} == {"withheld"}
    assert manifest(coarse)["gate"]["coarsened"] == ["no age", "no sex"]


def test_whose_ties_are_like_nobody_elses_are_not_told(another):
    """Whoever knows that Ada has three friends in the study would know the rest of her row."""
    pair = (PEOPLE[0], PEOPLE[5])
    for one, other in (pair, pair[::-1]):
        friend = Relation(RelationKind.FRIEND, one, other)
        another.change(lambda db, friend=friend: registry.relate(db, friend, 0))

    assert not another.desk.preview(ELI, SAFE, another.now_us).safe
    package = another.export("package")
    told = {row["participant"] for row in table(package, "ties")}
    assert len(told) == len(PEOPLE) - 5  # to have no ties here tells of nobody either
    assert "ties: the rows of 5 people withheld" in manifest(package)["gate"]["coarsened"]
    assert Opened(package).lacks("ties") == set(Opened(package).people) - told


def test_in_which_week_somebody_cheered_is_not_told_where_nobody_else_did(another):
    """Whoever was cheered knows who did it, and in which week."""
    assert another.desk.preview(ELI, SAFE, another.now_us).safe
    week_two_us = at(MONDAY + timedelta(days=8), "12:00")
    another.change(lambda _: another.cheer(PEOPLE[0], PEOPLE[1], week_two_us))

    plan = another.desk.preview(ELI, SAFE, week_two_us + HOUR_US)
    cells = [(str(cell.says), cell.people) for cell in plan.unique]
    assert cells == [("social_events: rows shared by fewer than 5", 2)]  # who cheered, and was
    events = table(another.export("package", later_us=8 * 24 * HOUR_US), "social_events")
    assert {row["done_week"] for row in events} == {None}
    assert len({row["participant"] for row in events}) == len(PEOPLE)


def test_words_of_a_rare_language_are_not_told(another):
    """A state names the language, and an answer is in it: the trait alone is not enough."""
    german = Profile(age_years=34, sex="female", language="de")
    another.change(lambda db: registry.set_profile(db, PEOPLE[4], german))
    package = another.export("package")

    assert {row["language"] for row in table(package, "participants")} == {"withheld"}
    for name in ("decisions", "goals", "messages"):
        assert len({row["participant"] for row in table(package, name)}) == len(PEOPLE) - 5
    assert "decisions: the rows of 5 people withheld" in manifest(package)["gate"]["coarsened"]
    assert verify(package).problems == ()


def test_a_change_of_device_that_others_saw_is_not_told(another):
    """Whoever knows who got a second tracker in week 1 would know the rest of the row."""
    since_us = at(MONDAY + timedelta(days=2), "12:00")
    another.change(lambda db: registry.assign(db, "strap-9", PEOPLE[4], since_us))
    for who in PEOPLE:
        worn = {f"fitbit-{who}": (since_us, since_us + HOUR_US)}
        another.change(lambda db, who=who, worn=worn: importing.give(db, who, worn))

    plan = another.desk.preview(ELI, SAFE, another.now_us)
    assert ("devices: rows shared by fewer than 5", 1) in [
        (str(cell.says), cell.people) for cell in plan.unique
    ]
    package = another.export("package")
    counts, imported = {}, []
    for row in table(package, "devices"):
        counts[row["participant"]] = counts.get(row["participant"], 0) + 1
        imported.append(row["imported"])
    assert set(counts.values()) == {2}
    assert imported.count("Fitbit") == len(imported) / 2 == len(PEOPLE) - 5
    assert len(counts) == len(PEOPLE) - 5
    assert "devices: the rows of 5 people withheld" in manifest(package)["gate"]["coarsened"]


def test_readings_at_home_stand_on_a_consent_of_their_own(another):
    """And what somebody alone measures with tells of them."""
    noon_us = at(MONDAY + timedelta(days=1), "12:10")

    def measure(who, stream, *values):
        told = dict(zip(("value", "second"), values, strict=False))
        device = f"scale-{who}"
        row = {"participant": who, "stream": stream, "at_us": noon_us, "device": device}
        row |= {"received_us": noon_us, "quality": 0, **told}
        another.change(lambda db: db.execute(insert(readings).values(row)))

    for who in PEOPLE:
        another.change(lambda db, who=who: registry.assign(db, f"scale-{who}", who, noon_us))
        measure(who, "weight", 70.25)
    assert another.desk.preview(ELI, SAFE, another.now_us).safe
    measure(PEOPLE[4], "blood_pressure", 128.0, 84.0)
    another.change(
        lambda db: registry.consent(
            db, PEOPLE[7], Topic.VITAL_SIGNS, ViewerKind.RESEARCH, False, another.now_us
        )
    )

    cells = another.desk.preview(ELI, SAFE, another.now_us).unique
    assert ("vital_signs: rows shared by fewer than 5", 2) in [
        (str(c.says), c.people) for c in cells
    ]
    package = another.export("package")
    told = table(package, "vital_signs")
    assert len({row["participant"] for row in told}) == len(PEOPLE) - 5
    assert {(row["taken_day"], row["taken_minute"], row["device"]) for row in told} == {
        (2, 12 * 60, 2)
    }
    assert {(row["kind"], row["value"], row["second"], row["unit"]) for row in told} == {
        ("weight", 70.25, None, "kg")
    }
    assert verify(package).problems == ()
    everyone = table(another.export("expert", EXPERT), "vital_signs")
    assert len({row["participant"] for row in everyone}) == len(PEOPLE) - 1
    assert (128.0, 84.0) in {(row["value"], row["second"]) for row in everyone}
