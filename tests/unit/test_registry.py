import pytest
from sqlalchemy import inspect

from people import registry
from people.registry import (
    Conflict,
    NotKnown,
    Person,
    Profile,
    Relation,
    RelationKind,
    Role,
    add_person,
    circle_of,
    coaches_of,
    end_relation,
    panel_of,
    relate,
)
from tests.people_world import START_US, memory_db, populate


@pytest.fixture
def db():
    with memory_db() as db:
        populate(db)
        yield db


def test_a_pseudonym_stands_for_one_person(db):
    with pytest.raises(Conflict, match="ana is known already"):
        add_person(db, Person("ana", Role.COACH), START_US)


def test_nobody_is_added_as_the_system(db):
    with pytest.raises(Conflict, match="no person"):
        add_person(db, Person("engine", Role.SYSTEM), START_US)


def test_knows_people_by_their_role(db):
    assert registry.find_person(db, "dana") == Person("dana", Role.COACH)
    assert registry.find_person(db, "zoe") is None


def test_names_stand_in_one_table_only(db):
    registry.set_name(db, "ana", "Ana Morales", "ana@example.org")

    assert registry.names_of(db, ["ana", "dana"]) == {"ana": "Ana Morales", "dana": "Dana"}
    for table in inspect(db).get_table_names():
        rows = repr(db.exec_driver_sql(f"SELECT * FROM {table}").all())  # noqa: S608 - our names
        assert ("Morales" in rows) is ("example.org" in rows) is (table == "identities")


def test_a_forgotten_name_leaves_the_pseudonym(db):
    registry.forget_identity(db, "ana")

    assert registry.name_of(db, "ana") == "ana"
    assert registry.find_person(db, "ana")


def test_a_profile_says_what_is_not_known(db):
    assert registry.profile(db, "ana") == Profile(None, None, None, "en")

    registry.set_profile(db, "ana", Profile(age_years=54, resting_bpm=61.5, language="es"))
    registry.set_profile(db, "ana", Profile(age_years=55, resting_bpm=61.5, language="es"))

    assert registry.profile(db, "ana") == Profile(55, None, 61.5, "es")


def test_where_a_tracker_sat_is_remembered(db):
    for at_us, place in ((100, "wrist"), (200, "wrist"), (300, "hip"), (300, "glasses")):
        registry.set_profile(db, "ana", Profile(placement=place), at_us)

    assert registry.profile(db, "ana").placement == "glasses"
    places = registry.places_of(db, ["ana", "ben"])
    assert places["ben"].at(500) is None
    told = [places["ana"].at(at_us) for at_us in (99, 100, 299, 300, 999)]
    assert told == [None, "wrist", "wrist", "glasses", "glasses"]
    assert list(places["ana"].during(150, 300)) == [(150, "wrist")]
    assert list(places["ana"].during(0, 301)) == [(0, None), (100, "wrist"), (300, "glasses")]


def test_a_stranger_has_no_profile(db):
    with pytest.raises(NotKnown, match="zoe"):
        registry.profile(db, "zoe")


def test_a_coach_has_a_panel(db):
    assert panel_of(db, "dana") == ("ana", "ben")
    assert coaches_of(db, "ana") == ("dana",)
    assert coaches_of(db, "chidi") == ()


def test_friendship_needs_both(db):
    relate(db, Relation(RelationKind.FRIEND, "ana", "chidi"), START_US)
    assert circle_of(db, "ana") == ("ben",)
    assert circle_of(db, "chidi") == ("ben",)

    relate(db, Relation(RelationKind.FRIEND, "chidi", "ana"), START_US)
    assert circle_of(db, "ana") == ("ben", "chidi")


def test_a_circle_is_friends_and_team_mates(db):
    assert circle_of(db, "ben") == ("ana", "chidi")


def test_an_ended_relation_may_begin_again(db):
    coached = Relation(RelationKind.COACH, "ana", "dana")

    end_relation(db, coached, START_US + 10)
    assert panel_of(db, "dana") == ("ben",)

    relate(db, coached, START_US + 20)
    assert panel_of(db, "dana") == ("ana", "ben")


def test_one_friend_who_leaves_ends_the_friendship(db):
    end_relation(db, Relation(RelationKind.FRIEND, "ben", "ana"), START_US + 1)

    assert circle_of(db, "ana") == ()


def test_a_friendship_lasts_while_both_want_it(db):
    day_us = 86_400_000_000
    one = Relation(RelationKind.FRIEND, "chidi", "ana")
    other = Relation(RelationKind.FRIEND, "ana", "chidi")

    def told():
        ties = registry.ties_of(db, "chidi")
        return [(t.from_us, t.until_us) for t in ties if t.other == "ana"]

    relate(db, one, START_US)
    assert told() == []
    relate(db, other, START_US + day_us)
    assert told() == [(START_US + day_us, None)]
    end_relation(db, one, START_US + 3 * day_us)
    relate(db, one, START_US + 5 * day_us)
    end_relation(db, other, START_US + 4 * day_us)
    assert told() == [(START_US + day_us, START_US + 3 * day_us)]


def test_who_leaves_a_team_leaves_its_circle(db):
    end_relation(db, Relation(RelationKind.TEAM, "ben", "early birds"), START_US + 1)

    assert circle_of(db, "ben") == ("ana",)
    assert circle_of(db, "chidi") == ()


def test_relating_twice_changes_nothing(db):
    coached = Relation(RelationKind.COACH, "ana", "dana")
    relate(db, coached, START_US + 5)
    end_relation(db, coached, START_US + 10)

    assert coaches_of(db, "ana") == ()


@pytest.mark.parametrize(
    ("relation", "complaint"),
    [
        (Relation(RelationKind.COACH, "ana", "omar"), "no coach goes by omar"),
        (Relation(RelationKind.COACH, "dana", "dana"), "no participant goes by dana"),
        (Relation(RelationKind.FRIEND, "ana", "dana"), "no participant goes by dana"),
        (Relation(RelationKind.TEAM, "zoe", "early birds"), "no participant goes by zoe"),
    ],
)
def test_refuses_relations_of_the_wrong_people(db, relation, complaint):
    with pytest.raises(NotKnown, match=complaint):
        relate(db, relation, START_US)


def test_nobody_is_their_own_friend(db):
    with pytest.raises(Conflict, match="cannot be that to themselves"):
        relate(db, Relation(RelationKind.FRIEND, "ana", "ana"), START_US)
