import pytest

from coaching.circles.together import (
    Cheer,
    Interaction,
    cheer,
    cheers_for,
    interact,
    interactions_of,
)
from coaching.giving.tables import metadata
from people.authorize import Refused
from people.registry import Topic, ViewerKind, consent
from tests.people_world import START_US, memory_db, populate

HOUR_US = 3_600_000_000
NOW_US = START_US + 12 * HOUR_US  # 10:13 in Los Angeles


@pytest.fixture
def db():
    with memory_db(metadata) as db:
        populate(db)
        yield db


def test_a_cheer_arrives(db):
    assert cheer(db, "ana", "ben", NOW_US)
    assert cheer(db, "chidi", "ben", NOW_US + 1)

    assert cheers_for(db, "ben", NOW_US) == [Cheer("chidi", NOW_US + 1), Cheer("ana", NOW_US)]
    assert cheers_for(db, "ben", NOW_US + 1) == [Cheer("chidi", NOW_US + 1)]
    assert cheers_for(db, "ana", 0) == []


def test_one_cheer_a_day_for_each_friend(db):
    assert cheer(db, "ana", "ben", NOW_US)
    assert not cheer(db, "ana", "ben", NOW_US + HOUR_US)
    assert cheer(db, "ana", "ben", NOW_US + 14 * HOUR_US)  # past midnight in Los Angeles

    assert len(cheers_for(db, "ben", 0)) == 2


def test_a_cheer_returned_is_an_interaction_of_both(db):
    cheer(db, "ana", "ben", NOW_US)
    assert interactions_of(db, "ana", 0) == interactions_of(db, "ben", 0) == []

    cheer(db, "ben", "ana", NOW_US + HOUR_US)
    (hers,), (his,) = interactions_of(db, "ana", 0), interactions_of(db, "ben", 0)
    assert (hers.kind, hers.with_whom, hers.at_us) == ("cheer", "ben", NOW_US + HOUR_US)
    assert (his.kind, his.with_whom, his.channel) == ("cheer", "ana", "app")


def test_a_cheer_returned_after_more_than_a_week_is_none(db):
    cheer(db, "ana", "ben", NOW_US)
    cheer(db, "ben", "ana", NOW_US + 8 * 24 * HOUR_US)

    assert interactions_of(db, "ana", 0) == []


def test_strangers_do_not_cheer(db):
    with pytest.raises(Refused, match="not in their circle"):
        cheer(db, "ana", "chidi", NOW_US)

    assert cheers_for(db, "chidi", 0) == []


def test_who_wants_no_circle_is_not_cheered(db):
    consent(db, "ben", Topic.CIRCLE, ViewerKind.CIRCLE, False, NOW_US)

    with pytest.raises(Refused, match="no consent to circle"):
        cheer(db, "ana", "ben", NOW_US)


def test_an_interaction_told_twice_counts_once(db):
    assert interact(db, "ana", "dana", "message:12", NOW_US)
    assert not interact(db, "ana", "dana", "message:12", NOW_US + 1)
    assert interact(db, "ana", "coach", "message:13", NOW_US + 2, channel="e-mail")

    assert interactions_of(db, "ana", NOW_US) == [
        Interaction("message", "12", "dana", NOW_US, "app"),
        Interaction("message", "13", "coach", NOW_US + 2, "e-mail"),
    ]
