"""Who is here, found by name, id or device, some at a time."""

import pytest

from people import registry
from people.registry import Person, Role
from tests.people_world import START_US, memory_db, populate
from web.everyone import AT_ONCE, everyone

CROWD = 2 * AT_ONCE - 5  # with those of the world a little more than two pages


@pytest.fixture(scope="module")
def db():
    with memory_db() as db:
        populate(db)
        registry.set_name(db, "chidi", "Olga Śliwa")
        registry.assign(db, "strap-7f2a", "ben", START_US)
        for number in range(CROWD):
            registry.add_person(db, Person(f"q-{number:03}", Role.PARTICIPANT), START_US)
        yield db


def ids(db, **asked):
    return [each.who for each in everyone(db, asked, START_US).shown]


@pytest.mark.parametrize("find", ["OLGA", "sliwa", "śliwa", "chid", " Śli "])
def test_somebody_is_found_by_name_or_id_whatever_the_accents(db, find):
    assert ids(db, find=find) == ["chidi"]


def test_somebody_is_found_by_what_they_wear(db):
    (ben,) = everyone(db, {"find": "7f2a"}, START_US).shown

    assert (ben.who, ben.wears) == ("ben", ("strap-7f2a",))
    assert ids(db, find="7f2b") == []


def test_pages_hold_everybody_once_and_staff_come_first(db):
    pages = [ids(db, page=str(number)) for number in (1, 2, 3)]

    assert [len(each) for each in pages] == [AT_ONCE, AT_ONCE, 1]
    assert pages[0][:4] == ["dana", "eli", "omar", "ana"]
    assert len({who for each in pages for who in each}) == CROWD + 6


@pytest.mark.parametrize(
    ("asked", "page"),
    [("", 1), ("0", 1), ("-3", 1), ("two", 1), ("99", 3), ("9" * 5000, 3), ("2", 2)],
)
def test_an_address_that_asks_for_no_such_page_gets_the_nearest(db, asked, page):
    found = everyone(db, {"page": asked}, START_US)

    assert (found.page, found.pages, found.count) == (page, 3, CROWD + 6)


def test_an_address_of_a_page_keeps_what_is_looked_for(db):
    assert everyone(db, {"find": "q-0 & é"}, START_US).at(2) == "find=q-0+%26+%C3%A9&page=2"
