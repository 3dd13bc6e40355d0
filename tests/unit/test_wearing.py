import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from people.registry import Conflict, NotKnown, assign, devices_of, hand_over, release, wearer
from people.tables import wearings
from tests.people_world import memory_db, populate

GLASSES, STRAP = "glasses-1", "strap-1"


@pytest.fixture
def db():
    with memory_db() as db:
        populate(db)
        yield db


def test_a_wearing_holds_its_first_instant_and_not_its_end(db):
    assign(db, GLASSES, "ana", 100)
    release(db, GLASSES, 200)

    assert [wearer(db, GLASSES, at) for at in (99, 100, 199, 200)] == [None, "ana", "ana", None]


def test_a_hand_over_splits_at_its_instant(db):
    assign(db, GLASSES, "ana", 100)
    hand_over(db, GLASSES, "ben", 200)

    assert [wearer(db, GLASSES, at) for at in (199, 200, 10_000)] == ["ana", "ben", "ben"]


def test_one_person_wears_several_devices(db):
    assign(db, STRAP, "ana", 100)
    assign(db, GLASSES, "ana", 150)

    assert devices_of(db, "ana", 120) == (STRAP,)
    assert devices_of(db, "ana", 150) == (GLASSES, STRAP)
    assert devices_of(db, "ben", 150) == ()


@pytest.mark.parametrize(
    ("from_us", "until_us"), [(50, None), (50, 101), (100, 200), (120, 150), (199, None)]
)
def test_refuses_two_wearers_at_once(db, from_us, until_us):
    assign(db, GLASSES, "ana", 100, 200)

    with pytest.raises(Conflict, match="glasses-1 is worn by ana, since 1970-01-01 00:00Z"):
        assign(db, GLASSES, "ben", from_us, until_us)


@pytest.mark.parametrize(("from_us", "until_us"), [(50, 100), (200, 300), (200, None)])
def test_wearings_may_touch(db, from_us, until_us):
    assign(db, GLASSES, "ana", 100, 200)
    assign(db, GLASSES, "ben", from_us, until_us)

    assert wearer(db, GLASSES, from_us) == "ben"
    assert wearer(db, GLASSES, 150) == "ana"


def test_an_open_wearing_refuses_all_that_follows(db):
    assign(db, GLASSES, "ana", 100)

    with pytest.raises(Conflict, match="worn by ana"):
        assign(db, GLASSES, "ben", 5_000, 6_000)


def test_the_database_itself_refuses_two_open_wearings(db):
    assign(db, GLASSES, "ana", 100)
    row = {"device": GLASSES, "participant": "ben", "from_us": 200, "until_us": None}

    with pytest.raises(IntegrityError):
        db.execute(insert(wearings).values(row))


@pytest.mark.parametrize("until_us", [99, 100])
def test_a_wearing_cannot_end_before_it_began(db, until_us):
    assign(db, GLASSES, "ana", 100)

    with pytest.raises(Conflict, match="nobody wears"):
        release(db, GLASSES, until_us)
    with pytest.raises(Conflict, match="before it was put on"):
        assign(db, STRAP, "ana", 100, until_us)


def test_a_failed_hand_over_leaves_all_as_it_was(db):
    assign(db, GLASSES, "ana", 100)

    with pytest.raises(NotKnown, match="zoe"):
        hand_over(db, GLASSES, "zoe", 200)

    assert wearer(db, GLASSES, 300) == "ana"


def test_only_participants_wear_devices(db):
    with pytest.raises(NotKnown, match="no participant goes by dana"):
        assign(db, GLASSES, "dana", 100)
