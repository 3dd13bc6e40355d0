"""Who is in a package, topic by topic."""

import pytest

from people import registry
from people.authorize import Actor, Refused, Role, Topic
from people.registry import ViewerKind
from research.export import verify
from tests.exported import (
    COARSE,
    EXPERT,
    PEOPLE,
)
from tests.packages import files, table


def test_consent_decides_topic_by_topic(another):

    def withdraw(who, topic):
        def change(db):
            registry.consent(db, who, topic, ViewerKind.RESEARCH, False, another.now_us)

        another.change(change)

    withdraw(PEOPLE[0], Topic.HEART_RATE)
    withdraw(PEOPLE[1], Topic.PROMPTS)
    withdraw(PEOPLE[2], Topic.ACTIVITY)
    withdraw(PEOPLE[3], Topic.CIRCLE)
    package = another.export("package")
    shares = {row["participant"]: row for row in table(package, "participants")}

    def of(name, topic):
        who = {p for p, row in shares.items() if not row[f"shares_{topic}"]}
        assert len(who) == 1
        return [row for row in table(package, name) if row["participant"] in who]

    assert {row["heart_rate_bpm"] for row in of("minutes", "heart_rate")} == {None}
    assert {row["heart_consent_version"] for row in of("days", "heart_rate")} == {None}
    assert None not in {row["steps"] for row in of("minutes", "heart_rate")}
    assert of("decisions", "prompts") == of("goals", "prompts") == []
    assert of("decisions", "activity") == of("devices", "activity") == []
    assert {row["steps"] for row in of("minutes", "activity")} == {None}
    assert {row["state"] for row in of("minutes", "activity")} == {None}
    assert {row["with"] for row in of("social_events", "circle")} <= {"coach", "staff"}
    assert of("features", "circle") == []
    told = another.export("expert", EXPERT)
    (shy,) = [
        row["participant"] for row in table(told, "participants") if not row["shares_circle"]
    ]
    named = {row["partner"] for row in table(told, "social_events")}
    assert shy not in named | {row["other"] for row in table(told, "ties")}
    assert len(named) > 1
    assert verify(package).problems == ()


def test_who_withdraws_is_gone_from_the_next_package(another):
    before = another.export("before")
    for topic in Topic:
        another.change(
            lambda db, topic=topic: registry.consent(
                db, PEOPLE[5], topic, ViewerKind.RESEARCH, False, another.now_us
            )
        )
    after = another.export("after")
    remaining = {row["participant"] for row in table(after, "participants")}
    (gone,) = {row["participant"] for row in table(before, "participants")} - remaining

    assert len(remaining) == len(PEOPLE) - 1
    for name, data in files(after).items():
        assert gone.encode() not in data, name
    assert verify(after).problems == ()
    lines = [(each.person, each.outcome, each.participants) for each in another.log.read()]
    assert lines == [("eli", "written", 12), ("eli", "written", 11)]


def test_a_stranger_gets_nothing(study):
    for actor in (Actor("eli", Role.OPERATOR), Actor("nobody", Role.RESEARCHER)):
        with pytest.raises(Refused, match="not a researcher"):
            study.desk.preview(actor, COARSE, study.now_us)
